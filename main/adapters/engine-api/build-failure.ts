import { DomainError } from '../../services/errors';

export interface BuildFailure {
  status: number;
  /** Which step failed, and how, in the engine's words. */
  sentence: string;
  /** The last lines that step wrote; they say why. */
  output: string;
}

export function buildRejected(
  operation: string,
  failure: BuildFailure,
  options?: ErrorOptions,
): DomainError<'ENGINE_REJECTED'> {
  const { status, sentence, output } = failure;
  const detail = output === '' ? sentence : `${sentence}\n${output}`;
  return new DomainError(
    'ENGINE_REJECTED',
    { status, operation, detail },
    `${operation}: ${detail}`,
    options,
  );
}
