/** Options every command takes, before or after its name. */
import type { Command } from 'commander';

export interface CommonOptions {
  file: string[];
  project?: string;
  stack?: string;
  host?: string;
  envFile: string[];
  profile: string[];
  json: boolean;
  yes: boolean;
}

export function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

export function addCommonOptions(command: Command): Command {
  return command
    .option('-f, --file <path>', 'Compose file; repeat to merge several', collect)
    .option('-p, --project <name>', 'project name, with -f')
    .option('--stack <id>', 'a stack the console knows: sandbox, bizosaas or one that was added')
    .option(
      '--host <id>',
      'engine to use: a docker context, an id of "doctor", user@host[:port], an SSH alias, or unix:///path',
    )
    .option(
      '--env-file <path>',
      'read variables from this file instead of .env, with -f; repeatable',
      collect,
    )
    .option('--profile <name>', 'activate a profile, with -f; repeatable', collect)
    .option('--json', 'print one JSON document; with "logs --follow" one on each line')
    .option('-y, --yes', 'answer every question with yes, except whether to break a lock');
}

/** What stands after the command's name wins; lists are joined. */
export function commonOptions(command: Command): CommonOptions {
  const outer: Partial<CommonOptions> = command.parent?.opts() ?? {};
  const own: Partial<CommonOptions> = command.opts();
  return {
    ...outer,
    ...own,
    file: [...(outer.file ?? []), ...(own.file ?? [])],
    envFile: [...(outer.envFile ?? []), ...(own.envFile ?? [])],
    profile: [...(outer.profile ?? []), ...(own.profile ?? [])],
    json: own.json ?? outer.json ?? false,
    yes: own.yes ?? outer.yes ?? false,
  };
}
