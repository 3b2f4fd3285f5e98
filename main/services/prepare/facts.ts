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
  /** For example `20.10.24+dfsg1`; null when no engine is installed. */
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
  /** Path of a swap file this console made earlier. */
  ownSwapFile: boolean;
}

/** Bumped with the rules, so that a machine with older ones is offered the new. */
export const FIREWALL_VERSION = '1';

const SSH_PORT = 22;
const KIBIBYTE = 1024;

/**
 * Runs as the person who signed in, without root and without changing anything. One `name=value` a line; what
 * can't be told is left empty. The repository is asked with apt's own downloader, since it honours apt's proxies.
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
say disk "$(df -PB1 /var/lib 2>/dev/null | awk 'NR==2 {print $2, $4}')"
say uid "$(id -u)"; say user "$(id -un)"; say groups "$(id -Gn)"
if ! command -v sudo >/dev/null 2>&1; then say sudo none
elif sudo -n true >/dev/null 2>&1; then say sudo free
elif id -Gn | grep -qwE 'sudo|wheel|admin'; then say sudo password
else say sudo none; fi
[ -d /run/systemd/system ] && say systemd yes
say clock "$(date +%s)"
say ssh_port "$(echo "$SSH_CONNECTION" | awk '{print $4}')"
say engine_version "$(dockerd --version 2>/dev/null | sed -n 's/^Docker version \([^,]*\),.*/\1/p')"
[ -S /var/run/docker.sock ] && pgrep -x dockerd >/dev/null 2>&1 && say engine_running yes
say compose_version "$(docker compose version --short 2>/dev/null)"
say daemon_config "$(base64 -w0 /etc/docker/daemon.json 2>/dev/null)"
[ -f /etc/docker/daemon.json ] && say daemon_config_there yes
grep -qs '^ENABLED=yes' /etc/ufw/ufw.conf && say ufw yes
[ -e /run/bizosaas-firewall ] && say firewall "$(cat /run/bizosaas-firewall 2>/dev/null)"
dpkg-query -W -f '$''{db:Status-Abbrev}' unattended-upgrades 2>/dev/null | grep -q '^ii' \
  && apt-config dump APT::Periodic::Unattended-Upgrade 2>/dev/null | grep -q '"1"' && say updates yes
[ -f /swapfile.bizosaas ] && say own_swap yes
if [ ! -x /usr/bin/dockerd ] && [ -x /usr/lib/apt/apt-helper ]; then
  probe="$(mktemp)"
  timeout 6 /usr/lib/apt/apt-helper download-file "https://download.docker.com/linux/$ID/gpg" "$probe" >/dev/null 2>&1 \
    && say docker_repository yes
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
    groups: text('groups').split(' ').filter(Boolean),
    sudo: sudoOf(text('sudo')),
    ...amounts(text, now),
    ...engineFacts(text),
    systemd: text('systemd') === 'yes',
    ufwActive: text('ufw') === 'yes',
    firewallRules: text('firewall') || null,
    unattendedUpgrades: text('updates') === 'yes',
    ownSwapFile: text('own_swap') === 'yes',
  };
}

type Text = (name: string) => string;

function amounts(text: Text, now: number) {
  const [total, free] = text('disk').split(' ').map(numberOf);
  const clock = numberOf(text('clock'));
  return {
    cpus: numberOf(text('cpus')),
    memoryBytes: bytesOfKibibytes(text('memory_kib')),
    swapBytes: bytesOfKibibytes(text('swap_kib')),
    disk: total && free !== null && free !== undefined ? { totalBytes: total, freeBytes: free } : null,
    clockOffsetMs: clock === null ? null : clock * 1000 - now,
    sshPort: numberOf(text('ssh_port')) ?? SSH_PORT,
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

function entryOf(line: string): [string, string] {
  const at = line.indexOf('=');
  return [line.slice(0, at), line.slice(at + 1).trim()];
}

function numberOf(text: string): number | null {
  return /^\d+$/.test(text) ? Number(text) : null;
}

function bytesOfKibibytes(text: string): number | null {
  const amount = numberOf(text);
  return amount === null ? null : amount * KIBIBYTE;
}

function sudoOf(word: string): MachineFacts['sudo'] {
  return word === 'free' || word === 'password' ? word : 'none';
}
