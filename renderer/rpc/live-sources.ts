import type {
  Attention,
  Forward,
  Host,
  PrepareRun,
  ServiceRow,
  SignInQuestion,
  Stack,
  Task,
} from '../../preload/contract';
import type { LiveSource } from './live-source';

export type Kept<Item extends { id: string }> = Map<string, LiveSource<Item>>;

/** Keeps one source per list for the life of the window, so that a revisited screen shows its last state at once. */
export class LiveSources {
  readonly hosts: Kept<Host> = new Map();
  readonly stacks: Kept<Stack> = new Map();
  readonly services: Kept<ServiceRow> = new Map();
  readonly attention: Kept<Attention> = new Map();
  readonly tasks: Kept<Task> = new Map();
  readonly questions: Kept<SignInQuestion> = new Map();
  readonly forwards: Kept<Forward> = new Map();
  readonly preparations: Kept<PrepareRun> = new Map();
}
