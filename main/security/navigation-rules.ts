/** True when `url` is a page of the console itself. `origin` as in `app://console`, without a slash. */
export function isOwnPage(url: string, origin: string): boolean {
  return url === origin || url.startsWith(`${origin}/`);
}
