/** `bizosaas config`: the canonical model. Needs no engine, and with `-f` no console either. */
import type { ComposeWarning, LoadedCompose } from '../../services/stacks/compose-file/model';
import { type CommandRun, printJson } from '../context';
import { EXIT } from '../exit-codes';
import { defineOptions, withConsole } from '../open';

export const runConfig: CommandRun = async (context) => {
  const { terminal, options } = context;
  const { canonicalJson, formatCanonical } = await import('../../services/stacks/compose-file');
  const { project, warnings } = await load(context);
  for (const warning of warnings) terminal.note(`${warningText(warning)}\n`);
  if (options.json) printJson(terminal, canonicalJson(project));
  else terminal.out(withoutLastBreak(formatCanonical(project)));
  return EXIT.OK;
};

const load = async ({ options, platform, terminal }: Parameters<CommandRun>[0]): Promise<LoadedCompose> => {
  if (options.file.length === 0) {
    return withConsole({ platform, terminal }, ({ services }) =>
      services.stacks.load(options.stack ?? services.settings.get().selectedStackId),
    );
  }
  const { loadCompose } = await import('../../services/stacks/compose-file');
  const { project: projectName, ...rest } = defineOptions(options);
  const named = projectName === undefined ? {} : { projectName };
  return loadCompose({ files: options.file, environment: platform.environment, ...rest, ...named });
};

function warningText({ file, line, column, message }: ComposeWarning): string {
  return `${file}:${line}:${column}: warning: ${message}`;
}

function withoutLastBreak(text: string): string {
  return text.replace(/\n$/, '');
}
