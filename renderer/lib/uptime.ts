interface Run {
  /** The engine's word, e.g. `running`; null without a container. */
  engineState: string | null;
  startedAt: number | null;
}

/** When the running container was started, epoch milliseconds; null for one that does not run now. */
export function upSince({ engineState, startedAt }: Run): number | null {
  return engineState === 'running' ? startedAt : null;
}
