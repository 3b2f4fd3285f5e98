/** The effective values as the ssh command would find them in the files: the first value of a setting wins. */
import { matchesPatternList } from '../../words/patterns';
import type { SshDestination } from '../../words/ssh-destination';
import type { Effective } from './effective';
import type { ConfigLine, ConfigNode } from './files';

/** These gather values instead of keeping the first. */
const GATHERING = new Set(['identityfile', 'certificatefile']);
/** Several words are several values here; elsewhere they are one. */
const LISTS = new Set(['userknownhostsfile', 'globalknownhostsfile']);

interface Context {
  host: string;
  localUser: string;
  values: Map<string, string[]>;
  notes: string[];
}

export function computeEffective(
  nodes: ConfigNode[],
  { user, host, port }: SshDestination,
  localUser: string,
): Effective {
  const values = new Map<string, string[]>();
  if (user !== null) values.set('user', [user]);
  if (port !== null) values.set('port', [String(port)]);
  const context: Context = { host, localUser, values, notes: [] };
  collect(nodes, context);
  return { values, notes: [...new Set(context.notes)] };
}

function collect(nodes: ConfigNode[], context: Context): void {
  for (const node of nodes) {
    if (node.kind === 'line') take(node.line, context);
    else if (applies(node.line, context)) collect(node.nodes, context);
  }
}

/** ProxyJump and ProxyCommand shut each other out: the one that comes first holds. */
function take({ name, words }: ConfigLine, { values }: Context): void {
  const key = name.toLowerCase();
  const known = values.get(key);
  if (known !== undefined && !GATHERING.has(key)) return;
  if (key === 'proxycommand' && values.has('proxyjump')) return;
  if (key === 'proxyjump' && values.has('proxycommand')) return;
  values.set(key, [...(known ?? []), ...(LISTS.has(key) ? words : [words.join(' ')])]);
}

function applies(line: ConfigLine, context: Context): boolean {
  if (line.name.toLowerCase() === 'host') return matchesPatternList(line.words, context.host);
  return matchApplies(line, context);
}

/** Criteria that need no program and no second reading of the files; the others are said. */
function matchApplies({ words, file }: ConfigLine, context: Context): boolean {
  for (let index = 0; index < words.length; ) {
    const word = words[index] ?? '';
    const negated = word.startsWith('!');
    const criterion = word.replace(/^!/, '').toLowerCase();
    if (criterion === 'all') {
      index += 1;
      continue;
    }
    const subject = subjectOf(criterion, context);
    if (subject === null) {
      context.notes.push(`Match ${criterion} in ${file} is passed over: it needs the ssh command.`);
      return false;
    }
    const fits = matchesPatternList((words[index + 1] ?? '').split(','), subject);
    if (fits === negated) return false;
    index += 2;
  }
  return true;
}

function subjectOf(criterion: string, { host, localUser, values }: Context): string | null {
  switch (criterion) {
    case 'originalhost':
      return host;
    case 'host':
      return (values.get('hostname')?.[0] ?? host).replaceAll('%h', host);
    case 'user':
      return values.get('user')?.[0] ?? localUser;
    case 'localuser':
      return localUser;
    default:
      return null;
  }
}
