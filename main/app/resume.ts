/** Tells when the machine was asleep: its connections may be dead without knowing. */
import { powerMonitor } from 'electron';

export function onResume(act: () => void): void {
  powerMonitor.on('resume', act);
}
