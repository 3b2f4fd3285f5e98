/**
 * Places where the model wants a number or a truth value. A text there (after interpolation, or
 * quoted) is read as one, as the reference does.
 */
import type { ScalarValue } from '../source/tree';

type Cast = (text: string) => ScalarValue | undefined;

const integer: Cast = (text) => (/^[-+]?(0x[0-9a-f]+|[0-9]+)$/i.test(text) ? wholeNumber(text) : undefined);
const decimal: Cast = (text) =>
  /^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[-+]?[0-9]+)?$/i.test(text) ? Number(text) : undefined;
const truth: Cast = (text) => TRUTHS.get(text.toLowerCase());

/** `0440` is octal, as in every place that takes a file mode. */
function wholeNumber(text: string): number {
  const octal = /^([-+]?)0([0-7]+)$/.exec(text);
  if (octal) return (octal[1] === '-' ? -1 : 1) * Number.parseInt(octal[2] ?? '', 8);
  return Number(text);
}

const TRUTHS = new Map([
  ...['true', 't', 'yes', 'y', 'on', '1'].map((word) => [word, true] as const),
  ...['false', 'f', 'no', 'n', 'off', '0'].map((word) => [word, false] as const),
]);

const CASTS: [string, Cast][] = [
  ['services.*.cpu_count', integer],
  ['services.*.cpu_percent', decimal],
  ['services.*.cpu_shares', integer],
  ['services.*.cpus', decimal],
  ['services.*.init', truth],
  ['services.*.attach', truth],
  ['services.*.oom_kill_disable', truth],
  ['services.*.oom_score_adj', integer],
  ['services.*.pids_limit', integer],
  ['services.*.mem_swappiness', integer],
  ['services.*.privileged', truth],
  ['services.*.read_only', truth],
  ['services.*.scale', integer],
  ['services.*.stdin_open', truth],
  ['services.*.tty', truth],
  ['services.*.use_api_socket', truth],
  ['services.*.build.no_cache', truth],
  ['services.*.build.pull', truth],
  ['services.*.build.privileged', truth],
  ['services.*.depends_on.*.required', truth],
  ['services.*.depends_on.*.restart', truth],
  ['services.*.configs.*.mode', integer],
  ['services.*.secrets.*.mode', integer],
  ['services.*.deploy.replicas', integer],
  ['services.*.deploy.restart_policy.max_attempts', integer],
  ['services.*.deploy.update_config.parallelism', integer],
  ['services.*.deploy.update_config.max_failure_ratio', decimal],
  ['services.*.deploy.rollback_config.parallelism', integer],
  ['services.*.deploy.rollback_config.max_failure_ratio', decimal],
  ['services.*.deploy.placement.max_replicas_per_node', integer],
  ['services.*.deploy.resources.limits.pids', integer],
  ['services.*.env_file.*.required', truth],
  ['services.*.healthcheck.disable', truth],
  ['services.*.healthcheck.retries', integer],
  ['services.*.networks.*.priority', decimal],
  ['services.*.ports.*.target', integer],
  ['services.*.ulimits.*', integer],
  ['services.*.ulimits.*.soft', integer],
  ['services.*.ulimits.*.hard', integer],
  ['services.*.volumes.*.read_only', truth],
  ['services.*.volumes.*.bind.create_host_path', truth],
  ['services.*.volumes.*.volume.nocopy', truth],
  ['services.*.volumes.*.tmpfs.mode', integer],
  ['networks.*.attachable', truth],
  ['networks.*.enable_ipv6', truth],
  ['networks.*.external', truth],
  ['networks.*.internal', truth],
  ['volumes.*.external', truth],
  ['secrets.*.external', truth],
  ['configs.*.external', truth],
];

/** By depth and last name first: a load asks this for every text in the file. */
const BY_LAST_NAME = new Map<string, { pattern: string[]; cast: Cast }[]>();
for (const [path, cast] of CASTS) {
  const pattern = path.split('.');
  const last = pattern.at(-1) ?? '';
  BY_LAST_NAME.set(last, [...(BY_LAST_NAME.get(last) ?? []), { pattern, cast }]);
}

/** The text as the type its place needs; undefined when it cannot be read as that. */
export function castAt(path: string[], text: string): ScalarValue | undefined {
  const last = path.at(-1) ?? '';
  const candidates = [...(BY_LAST_NAME.get(last) ?? []), ...(BY_LAST_NAME.get('*') ?? [])];
  const found = candidates.find(({ pattern }) => matches(path, pattern));
  return found ? found.cast(text) : text;
}

function matches(path: string[], pattern: string[]): boolean {
  return (
    path.length === pattern.length && pattern.every((part, index) => part === '*' || part === path[index])
  );
}
