/**
 * The one door to ssh2. It is loaded with the first connection: start-up and a local engine never pay for it.
 * Only its types are imported anywhere else.
 */
export type {
  AnyAuthMethod,
  BaseAgent,
  Client,
  ClientChannel,
  KeyboardInteractiveAuthMethod,
  NextAuthHandler,
  ParsedKey,
  SignCallback,
  SigningRequestOptions,
} from 'ssh2';
export type Ssh2 = typeof import('ssh2');

/** Bundled, a CommonJS package has a default export only. */
export async function loadDriver(): Promise<Ssh2> {
  return (await import('ssh2')).default;
}
