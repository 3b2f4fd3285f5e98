import { visibleText } from '../../words/visible-text';

/** What one look at a machine found. Sizes are bytes, times milliseconds; null where it could not be told. */
export interface MachineFacts {
  osId: string;
  osVersion: string;
  osName: string;
  architecture: string;
  cpus: number | null;
  memoryBytes: number | null;
  swapBytes: number | null;
  disk: { totalBytes: number; freeBytes: number } | null;
  user: string;
  isRoot: boolean;
  groups: string[];
  sudo: 'free' | 'password' | 'none';
  systemd: boolean;
  /** The machine's clock minus this one's. */
  clockOffsetMs: number | null;
  /**
   * For example `20.10.24+dfsg1`; `unknown` for one that runs and doesn't say, null when none is installed or an
   * installation was cut off.
   */
  engineVersion: string | null;
  engineRunning: boolean;
  /** Version of the Compose plugin; null when there is none. */
  composeVersion: string | null;
  /** Docker's own package repository answers from there. */
  dockerRepository: boolean;
  /** Null when there is no daemon.json; kept as it is when it is no JSON. */
  daemonConfig: string | null;
  ufwActive: boolean;
  /** Version of the rules file of the firewall step; null when it isn't in place and active. */
  firewallRules: string | null;
  unattendedUpgrades: boolean;
  /** Port the SSH server was reached at, as the machine itself sees it. */
  sshPort: number;
  /** Steps a console began there and didn't take back. */
  applied: string[];
}

/** Bumped with the rules, so that a machine with older ones is offered the new. */
export const FIREWALL_VERSION = '1';

/** Where a step leaves its mark when it begins; readable by everybody, unlike the rest. */
export const APPLIED_FOLDER = '/var/lib/bizosaas-console/applied';

const SSH_PORT = 22;
const LAST_PORT = 65_535;
const KIBIBYTE = 1024;

/**
 * Runs as the person who signed in, without changing anything; root is borrowed only where it asks no password,
 * to see whether the firewall's rules are really there. One `name=value` a line; what can't be told is left
 * empty. The repository is asked with apt's own downloader, since it honours apt's proxies;
 * its pauses between retries would cost seconds wherever no name is found.
 */
export const MEASURE_SCRIPT = String.raw`
LC_ALL=C; PATH="$PATH:/usr/sbin:/sbin"; export LC_ALL PATH
say() { printf '%s=%s\n' "$1" "$2"; }
if [ -r /etc/os-release ]; then . /etc/os-release; fi
say os_id "$ID"; say os_version "$VERSION_ID"; say os_name "$PRETTY_NAME"
say architecture "$(uname -m)"
say cpus "$(nproc 2>/dev/null)"
say memory_kib "$(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo)"
say swap_kib "$(sed -n 's/^SwapTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo)"
data=/var/lib/docker; [ -d "$data" ] || data=/var/lib
say disk "$(df -PB1 "$data" 2>/dev/null | awk 'NR==2 {print $2, $4}')"
uid="$(id -u)"; root=
say uid "$uid"; say user "$(id -un)"; say groups "$(id -Gn)"
if ! command -v sudo >/dev/null 2>&1; then say sudo none
elif sudo -n true >/dev/null 2>&1; then say sudo free; root='sudo -n'
elif id -Gn | grep -qwE 'sudo|wheel|admin'; then say sudo password
else say sudo none; fi
[ -d /run/systemd/system ] && say systemd yes
say clock "$(date +%s)"
say ssh_port "$(echo "$SSH_CONNECTION" | awk '{print $4}')"
version="$(dockerd --version 2>/dev/null | sed -n 's/^Docker version \([^,]*\),.*/\1/p')"
half="$(dpkg-query -W -f '$''{db:Status-Status} $''{Package}\n' docker.io docker-cli docker-ce docker-ce-cli containerd containerd.io runc \
  iptables docker-compose docker-compose-v2 docker-buildx docker-compose-plugin docker-buildx-plugin 2>/dev/null \
  | grep -vE '^(installed|not-installed|config-files) ')"
[ -z "$half" ] || version=
if [ -z "$half" ] && [ -S /var/run/docker.sock ] && { systemctl is-active --quiet docker 2>/dev/null || pgrep -x dockerd >/dev/null 2>&1; }; then
  say engine_running yes
  [ -n "$version" ] || version="$(docker version --format '{{.Server.Version}}' 2>/dev/null)"
  [ -n "$version" ] || version=unknown
fi
say engine_version "$version"
say compose_version "$(docker compose version --short 2>/dev/null)"
say daemon_config "$(base64 -w0 /etc/docker/daemon.json 2>/dev/null)"
[ -f /etc/docker/daemon.json ] && say daemon_config_there yes
grep -qs '^ENABLED=yes' /etc/ufw/ufw.conf && say ufw yes
if [ -e /run/bizosaas-firewall ]; then
  if [ "$uid" = 0 ] || [ -n "$root" ]; then $root iptables -w 5 -C DOCKER-USER -j BIZOSAAS-FORWARD 2>/dev/null; else true; fi \
    && say firewall "$(cat /run/bizosaas-firewall 2>/dev/null)"
fi
dpkg-query -W -f '$''{db:Status-Abbrev}' unattended-upgrades 2>/dev/null | grep -q '^ii' \
  && apt-config dump APT::Periodic::Unattended-Upgrade 2>/dev/null | grep -q '"1"' && say updates yes
say applied "$(ls ${APPLIED_FOLDER} 2>/dev/null | tr '\n' ' ')"
if [ -z "$version" ] && [ -x /usr/lib/apt/apt-helper ]; then
  probe="$(mktemp)"
  timeout 4 /usr/lib/apt/apt-helper -o Acquire::Retries=2 -o Acquire::Retries::Delay=false download-file \
    "https://download.docker.com/linux/$ID/dists/$VERSION_CODENAME/Release" "$probe" >/dev/null 2>&1 && say docker_repository yes
  rm -f "$probe"
fi
exit 0
`;

/** `now`: this machine's clock at the moment of the answer, epoch milliseconds. */
export function parseFacts(stdout: string, now: number): MachineFacts {
  const said = new Map(stdout.split('\n').map(entryOf));
  const text = (name: string) => said.get(name) ?? '';
  return {
    osId: text('os_id'),
    osVersion: text('os_version'),
    osName: text('os_name'),
    architecture: text('architecture'),
    user: text('user'),
    isRoot: text('uid') === '0',
    groups: wordsOf(text('groups')),
    sudo: sudoOf(text('sudo')),
    ...amounts(text, now),
    ...engineFacts(text),
    systemd: text('systemd') === 'yes',
    ufwActive: text('ufw') === 'yes',
    firewallRules: text('firewall') || null,
    unattendedUpgrades: text('updates') === 'yes',
    applied: wordsOf(text('applied')),
  };
}

type Text = (name: string) => string;

function amounts(text: Text, now: number) {
  const [totalText, freeText] = wordsOf(text('disk'));
  const [total, free] = [numberOf(totalText), numberOf(freeText)];
  const clock = numberOf(text('clock'));
  return {
    cpus: numberOf(text('cpus')),
    memoryBytes: bytesOfKibibytes(text('memory_kib')),
    swapBytes: bytesOfKibibytes(text('swap_kib')),
    disk: total && free !== null ? { totalBytes: total, freeBytes: free } : null,
    clockOffsetMs: clock === null ? null : clock * 1000 - now,
    sshPort: portOf(text('ssh_port')),
  };
}

function engineFacts(text: Text) {
  const config = Buffer.from(text('daemon_config'), 'base64').toString('utf8');
  return {
    engineVersion: text('engine_version') || null,
    engineRunning: text('engine_running') === 'yes',
    composeVersion: text('compose_version') || null,
    dockerRepository: text('docker_repository') === 'yes',
    daemonConfig: text('daemon_config_there') === 'yes' ? config : null,
  };
}

/** A line that is no entry, as a login script may print, becomes one nobody asks for. */
function entryOf(line: string): [string, string] {
  const at = line.indexOf('=');
  return [line.slice(0, Math.max(0, at)), visibleText(line.slice(at + 1))];
}

const wordsOf = (text: string) => text.split(' ').filter(Boolean);

function numberOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

function portOf(text: string): number {
  const port = numberOf(text) ?? 0;
  return port > 0 && port <= LAST_PORT ? port : SSH_PORT;
}

function bytesOfKibibytes(text: string): number | null {
  const amount = numberOf(text);
  return amount === null ? null : amount * KIBIBYTE;
}

function sudoOf(word: string): MachineFacts['sudo'] {
  return word === 'free' || word === 'password' ? word : 'none';
}
