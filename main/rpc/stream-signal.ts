/** The signal of a stream call. One without a signal could never be ended, so its absence is a defect. */
export function streamSignal(signal: AbortSignal | undefined): AbortSignal {
  if (!signal) throw new Error('A stream was asked for without a signal to end it.');
  return signal;
}
