/** Whether somebody is at the window: it has been touched within the last minute. */

/** As much of Electron's window as tells of a touch. */
interface TouchedWindow {
  on(event: 'focus', listener: () => void): unknown;
  on(event: 'show', listener: () => void): unknown;
  on(event: 'restore', listener: () => void): unknown;
  webContents: { on(event: 'input-event', listener: () => void): unknown };
}

const LEFT_AFTER_MS = 60_000;

/** Tells of every change; whoever is told takes it that somebody is there to begin with. */
export function followAttendance(window: TouchedWindow, tell: (attended: boolean) => void): void {
  let touchedAt = performance.now();
  let timer: NodeJS.Timeout | undefined;

  function lookAgain(): void {
    const untilLeftMs = touchedAt + LEFT_AFTER_MS - performance.now();
    timer = untilLeftMs > 0 ? setTimeout(lookAgain, untilLeftMs) : undefined;
    if (timer === undefined) tell(false);
  }
  // The pointer alone sends a hundred of these a second, so that none of them may cost a timer.
  function touch(): void {
    touchedAt = performance.now();
    if (timer !== undefined) return;
    tell(true);
    lookAgain();
  }
  window.webContents.on('input-event', touch);
  window.on('focus', touch);
  window.on('show', touch);
  window.on('restore', touch);
  lookAgain();
}
