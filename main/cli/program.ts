/** The command line: names, options and help. What a command does is loaded when it runs. */
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import type { Platform } from '../platform';
import { DomainError, isDomainError, toFailure } from '../services/errors';
import { type CommandContext, printJson } from './context';
import { EXIT, EXIT_CODE_HELP, type ExitCode, exitCodeFor } from './exit-codes';
import type { LockWords } from './lock-decision';
import { addCommonOptions, collect, commonOptions } from './options';
import type { Terminal } from './terminal';

export interface ProgramDeps {
  version: string;
  terminal: Terminal;
  /** Made when a command runs, so that `--help` touches nothing. */
  platform: () => Promise<Platform>;
}

const DEFAULT_TAIL_LINES = 100;

/** Runs one command line, program name left out. Never rejects. */
export async function runProgram(words: string[], deps: ProgramDeps): Promise<ExitCode> {
  const outcome: { code: ExitCode } = { code: EXIT.OK };
  const program = createProgram(deps, outcome);
  try {
    await program.parseAsync(words, { from: 'user' });
    return outcome.code;
  } catch (error) {
    const json = words.includes('--json');
    if (error instanceof CommanderError) return usage(error, deps.terminal, json);
    reportError(error, deps.terminal, json);
    return exitCodeFor(error);
  }
}

/** The words for a person are written already. */
function usage({ exitCode, code, message }: CommanderError, terminal: Terminal, json: boolean): ExitCode {
  if (exitCode === 0) return EXIT.OK;
  const detail = code === 'commander.help' ? 'A command is missing.' : message.replace(/^error: /, '');
  const failure = toFailure(new DomainError('INVALID_INPUT', { field: 'command line', detail }, detail));
  if (json) printJson(terminal, { error: failure });
  return EXIT.USAGE;
}

function reportError(error: unknown, terminal: Terminal, json: boolean): void {
  const failure = toFailure(error);
  if (json) printJson(terminal, { error: failure });
  const code = isDomainError(error) ? '' : ' (an unexpected error)';
  terminal.note(`bizosaas: ${failure.message}${code}\n`);
  const excerpt = failure.data.excerpt;
  if (typeof excerpt === 'string' && excerpt !== '') terminal.note(`    ${excerpt}\n`);
}

function createProgram(deps: ProgramDeps, outcome: { code: ExitCode }): Command {
  const { terminal } = deps;
  const program = new Command('bizosaas')
    .description('Brings up and supervises a Compose stack on a container engine.')
    .version(deps.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.replace(/\n$/, '')),
      writeErr: (text) => terminal.note(text),
    })
    .addHelpText('after', EXIT_CODE_HELP);
  addCommonOptions(program);
  const define: Define = (usage, description, run, extend) => {
    const command = addCommonOptions(program.command(usage).description(description));
    extend?.(command);
    command.action(async () => {
      const options = commonOptions(command);
      const platform = reaching(await deps.platform(), options.host);
      outcome.code = await run({ platform, terminal, options }, command);
    });
  };
  defineLooking(define);
  defineChanging(define);
  return program;
}

/** An address instead of a name stands where DOCKER_HOST would stand, and weighs more. */
function reaching(platform: Platform, host: string | undefined): Platform {
  if (host === undefined || !host.includes('://')) return platform;
  const { DOCKER_CONTEXT: _, ...environment } = platform.environment;
  return { ...platform, environment: { ...environment, DOCKER_HOST: host } };
}

type Define = (
  usage: string,
  description: string,
  run: (context: CommandContext, command: Command) => Promise<ExitCode>,
  extend?: (command: Command) => void,
) => void;

function defineLooking(define: Define): void {
  define('config', 'Print the canonical Compose model.', async (context) =>
    (await import('./commands/config')).runConfig(context),
  );
  define('preflight', 'Check whether the stack can come up; change nothing.', async (context) =>
    (await import('./commands/preflight')).runPreflight(context),
  );
  define(
    'plan',
    'Show what "up" would change and why.',
    async (context, command) =>
      (await import('./commands/plan')).runPlan({ ...context, ...orphanWords(command) }),
    withOrphans,
  );
  define('status', 'Show the state of every service.', async (context) =>
    (await import('./commands/status')).runStatus(context),
  );
  define(
    'logs [services...]',
    'Print the logs of services.',
    async (context, command) => {
      const { follow = false, tail = DEFAULT_TAIL_LINES } = command.opts<{
        follow?: boolean;
        tail?: number;
      }>();
      return (await import('./commands/logs')).runLogs({ ...context, services: command.args, follow, tail });
    },
    (command) =>
      command
        .option('--follow', 'go on printing what comes')
        .option('-n, --tail <lines>', `lines per service to begin with (${DEFAULT_TAIL_LINES})`, lineCount),
  );
  define(
    'forward <services...>',
    'Open ports of this machine that lead to services of the host, until Ctrl-C.',
    async (context, command) => {
      const { port = null } = command.opts<{ port?: number }>();
      return (await import('./commands/forward')).runForward({ ...context, services: command.args, port });
    },
    (command) =>
      command.option('--port <port>', 'inside the container; default the one it serves', portNumber),
  );
  define('doctor', 'Check what the console itself needs.', async (context) =>
    (await import('./commands/doctor')).runDoctor(context),
  );
}

function withOrphans(command: Command): void {
  command.option('--remove-orphans', 'remove containers whose service is no longer in the file');
}

function orphanWords(command: Command): { removeOrphans: boolean } {
  const { removeOrphans = false } = command.opts<{ removeOrphans?: boolean }>();
  return { removeOrphans };
}

function withLockBreaking(command: Command): void {
  const description = 'break the lock of a console that is gone: no sign of life for 30 s';
  command.option('--break-lock', description);
}

function lockWords(command: Command): LockWords {
  const { breakLock = false } = command.opts<{ breakLock?: boolean }>();
  return { breakLock };
}

function lineCount(value: string): number {
  const lines = Number(value);
  if (!Number.isInteger(lines) || lines < 0)
    throw new InvalidArgumentError('A whole number of lines is needed.');
  return lines;
}

function portNumber(value: string): number {
  const port = Number(value);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new InvalidArgumentError('A port from 1 to 65535 is needed.');
  return port;
}

function defineChanging(define: Define): void {
  define(
    'up [services...]',
    'Bring the stack to the state of its files.',
    async (context, command) =>
      (await import('./commands/up')).runUp({
        ...context,
        services: command.args,
        ...orphanWords(command),
        ...lockWords(command),
      }),
    (command) => {
      withOrphans(command);
      withLockBreaking(command);
    },
  );
  define(
    'deliver [services...]',
    'Bring images of this machine to a host over SSH, without a registry.',
    async (context, command) => {
      const { image: images = [], plan: planOnly = false } = command.opts<{
        image?: string[];
        plan?: boolean;
      }>();
      const run = (await import('./commands/deliver')).runDeliver;
      return run({ ...context, services: command.args, images, planOnly });
    },
    (command) =>
      command
        .option(
          '--image <reference>',
          'an image of this machine, whatever the stack needs; repeatable',
          collect,
        )
        .option('--plan', 'only show how each image gets to the host'),
  );
  for (const [action, description] of [
    ['stop', 'Stop services, or all of them.'],
    ['start', 'Start services that exist, or all of them.'],
    ['restart', 'Restart services, or all of them.'],
  ] as const) {
    define(
      `${action} [services...]`,
      description,
      async (context, command) => {
        const words = { services: command.args, action, ...lockWords(command) };
        return (await import('./commands/act')).runAct({ ...context, ...words });
      },
      withLockBreaking,
    );
  }
  definePrepare(define);
  define(
    'down',
    'Remove the containers and networks of the stack.',
    async (context, command) => {
      const { volumes = false } = command.opts<{ volumes?: boolean }>();
      return (await import('./commands/down')).runDown({ ...context, volumes, ...lockWords(command) });
    },
    (command) => {
      command.option('--volumes', 'remove the volumes too, with all their data');
      withLockBreaking(command);
    },
  );
}

function definePrepare(define: Define): void {
  define(
    'prepare',
    'Make a bare machine behind SSH ready: engine, access, firewall, updates. Shows every command first.',
    async (context, command) => {
      const {
        step = [],
        undo = null,
        plan = false,
      } = command.opts<{
        step?: string[];
        undo?: string;
        plan?: boolean;
      }>();
      const words = { steps: step, undo, planOnly: plan };
      return (await import('./commands/prepare')).runPrepare({ ...context, ...words });
    },
    (command) =>
      command
        .option('--step <id>', 'only this step; repeatable', (value, before: string[] = []) => [
          ...before,
          value,
        ])
        .option('--undo <id>', 'take a step back')
        .option('--plan', 'only show what was measured and what would run'),
  );
}
