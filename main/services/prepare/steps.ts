/** What would be done to a machine, from what was measured there. Pure; every step may run twice. */
import type { PrepareStep } from '../../../preload/contract';
import { formatBytes, formatDuration } from '../../words/quantities';
import { quote } from '../../words/shell';
import { isSupportedSystem, isSwapShort } from './assess';
import { FIREWALL_VERSION, type MachineFacts } from './facts';
import { putBackFile, replaceFile } from './files';
import { FIREWALL_CONFIRM, FIREWALL_UNDO, firewallCommands, REVERT_SECONDS } from './firewall';
import { capsInPlace, withCaps } from './log-caps';

type Facts = MachineFacts;
type Draft = Omit<PrepareStep, 'state' | 'confirm'> & {
  inPlace: boolean;
  impossible: string | null;
  confirm?: string[];
};

/** Waits for another installation, as right after the first boot of a machine; removes nothing to make room. */
const APT = 'apt-get -o DPkg::Lock::Timeout=300';
const INSTALL = `${APT} install -y --no-install-recommends --no-remove -o Dpkg::Options::=--force-confold`;
const DAEMON_CONFIG = '/etc/docker/daemon.json';
const SWAP_FILE = '/swapfile.bizosaas';
const SWAP_MEBIBYTES = 4096;
/** What is left on the disk beside the swap file. */
const SWAP_DISK_MARGIN_BYTES = 4 * 1024 ** 3;
const UPDATES_FILE = '/etc/apt/apt.conf.d/20auto-upgrades';
/**
 * What an installation that was cut off left half done is finished first. The check waits for whoever holds the
 * packages, as a dpkg that outlived its apt: `dpkg --configure` itself does not wait.
 */
const BEFORE_APT = [
  'export DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l',
  `${APT} -qq check >/dev/null 2>&1 || true`,
  'if [ -n "$(ls /var/lib/dpkg/updates)" ] || [ -n "$(dpkg --audit)" ]; then dpkg --configure -a || true; fi',
  `${APT} update`,
];

function fromDocker(facts: Facts): string[] {
  const base = `https://download.docker.com/linux/${facts.osId}`;
  return [
    `${INSTALL} ca-certificates`,
    'install -m 0755 -d /etc/apt/keyrings',
    `/usr/lib/apt/apt-helper download-file ${base}/gpg /etc/apt/keyrings/docker.asc`,
    `. /etc/os-release; echo "deb [arch=$(dpkg --print-architecture) signed-by=/etc/apt/keyrings/docker.asc] ${base} $VERSION_CODENAME stable" > /etc/apt/sources.list.d/docker.list`,
    `${APT} update`,
    `${INSTALL} docker-ce docker-ce-cli containerd.io docker-buildx-plugin docker-compose-plugin iptables`,
  ];
}

/** Names differ between releases; those this release lacks are left out. */
const FROM_DISTRIBUTION = [
  'wanted="docker.io iptables"',
  'for name in docker-cli docker-compose-v2 docker-buildx; do if apt-cache show "$name" >/dev/null 2>&1; then wanted="$wanted $name"; fi; done',
  'if [ -z "$(apt-cache show docker-compose-v2 2>/dev/null)" ] && apt-cache show docker-compose 2>/dev/null | grep -q "^Version: 2"; then wanted="$wanted docker-compose"; fi',
  `${INSTALL} $wanted`,
];

function engine(facts: Facts): Draft {
  const source = facts.dockerRepository ? "Docker's own repository" : "the distribution's package";
  const missing = facts.dockerRepository ? '' : " Docker's own repository does not answer from there.";
  return {
    id: 'engine',
    title: `Install Docker Engine from ${source}`,
    inPlace: facts.engineVersion !== null,
    impossible: null,
    reason:
      facts.engineVersion === null
        ? `No engine is installed.${missing}`
        : `Docker Engine ${facts.engineVersion} is installed.`,
    commands: [...BEFORE_APT, ...(facts.dockerRepository ? fromDocker(facts) : FROM_DISTRIBUTION)],
    // Removing an engine takes every container of it along: not a thing to undo with one press.
    undo: [],
  };
}

function engineStart(facts: Facts): Draft {
  return {
    id: 'engine-start',
    title: 'Start the engine, now and at every boot',
    inPlace: facts.engineRunning,
    impossible: facts.systemd ? null : 'The machine does not run systemd; start the engine its own way.',
    reason: facts.engineRunning ? 'The engine is running.' : 'The engine is not running.',
    commands: ['systemctl enable docker', 'systemctl start docker'],
    undo: ['systemctl disable --now docker docker.socket'],
  };
}

function access(facts: Facts): Draft {
  const inPlace = facts.isRoot || facts.groups.includes('docker');
  const user = quote(facts.user);
  return {
    id: 'access',
    title: `Give ${facts.user} access to the engine`,
    inPlace,
    impossible: null,
    reason: inPlace
      ? `${facts.user} can use the engine.`
      : `${facts.user} is not in the group docker. Its members control the whole machine, as root does.`,
    commands: ['getent group docker >/dev/null || groupadd --system docker', `usermod -aG docker ${user}`],
    undo: [`if id -Gn ${user} | tr ' ' '\\n' | grep -qx docker; then gpasswd --delete ${user} docker; fi`],
  };
}

const SWAP_ON = [
  `if [ ! -f ${SWAP_FILE} ]; then
  fallocate -l ${SWAP_MEBIBYTES}M ${SWAP_FILE}.new || dd if=/dev/zero of=${SWAP_FILE}.new bs=1M count=${SWAP_MEBIBYTES}
  chmod 600 ${SWAP_FILE}.new
  mkswap ${SWAP_FILE}.new
  mv ${SWAP_FILE}.new ${SWAP_FILE}
fi`,
  `if ! swapon --show=NAME --noheadings | grep -qx ${SWAP_FILE}; then swapon ${SWAP_FILE}; fi`,
  `if ! grep -q '^${SWAP_FILE} ' /etc/fstab; then echo '${SWAP_FILE} none swap sw 0 0' >> /etc/fstab; fi`,
];
const SWAP_OFF = [
  `if swapon --show=NAME --noheadings | grep -qx ${SWAP_FILE}; then swapoff ${SWAP_FILE}; fi`,
  `sed -i '\\#^${SWAP_FILE} #d' /etc/fstab`,
  `rm -f ${SWAP_FILE} ${SWAP_FILE}.new`,
];

function swap(facts: Facts): Draft {
  const short = isSwapShort(facts);
  const { memoryBytes, swapBytes, disk } = facts;
  const memory = memoryBytes === null ? 'Memory could not be read.' : `${formatBytes(memoryBytes)} memory`;
  const needed = SWAP_MEBIBYTES * 1024 ** 2 + SWAP_DISK_MARGIN_BYTES;
  const tight = disk !== null && disk.freeBytes < needed;
  return {
    id: 'swap',
    title: 'Add swap',
    inPlace: !short,
    impossible: tight ? `Only ${formatBytes(disk.freeBytes)} of the disk are free.` : null,
    reason: short
      ? `${memory} and ${formatBytes(swapBytes ?? 0)} swap.`
      : `${memory} is enough, or swap is there.`,
    commands: SWAP_ON,
    undo: SWAP_OFF,
  };
}

const RESTART_ENGINE = 'systemctl reset-failed docker; systemctl restart docker';

function logCaps(facts: Facts): Draft {
  const content = withCaps(facts.daemonConfig);
  const inPlace = capsInPlace(facts.daemonConfig);
  const running = facts.engineRunning;
  return {
    id: 'log-caps',
    title: running
      ? 'Limit container logs; the engine restarts, and its containers with it'
      : 'Limit container logs',
    inPlace,
    impossible:
      content === null ? `${DAEMON_CONFIG} is no configuration the engine takes; correct it first.` : null,
    reason: inPlace
      ? 'Container logs are limited.'
      : 'A log of one container can fill the disk. Limited to 3 files of 10 MB for containers made from now on.',
    commands: [
      'mkdir -p /etc/docker',
      ...replaceFile(DAEMON_CONFIG, content ?? ''),
      ...(running ? [restartOrPutBack()] : []),
    ],
    undo: [putBackFile(DAEMON_CONFIG), `if systemctl is-active --quiet docker; then ${RESTART_ENGINE}; fi`],
  };
}

/** An engine that does not take its new configuration must not stay down. */
function restartOrPutBack(): string {
  return `if ! { ${RESTART_ENGINE}; }; then
  echo "The engine did not start with the new configuration; the one before is put back."
  ${putBackFile(DAEMON_CONFIG).replaceAll('\n', '\n  ')}
  ${RESTART_ENGINE}
  exit 1
fi`;
}

function firewall(facts: Facts, { revertSeconds }: StepTiming): Draft {
  const { sshPort, ufwActive } = facts;
  const inPlace = facts.firewallRules === FIREWALL_VERSION;
  const open = sshPort === 22 ? '22' : `22, ${sshPort}`;
  const back = `the rules take themselves back within ${formatDuration(revertSeconds * 1000)} unless a new connection gets in.`;
  return {
    id: 'firewall',
    title: 'Close the firewall: SSH, 80 and 443 stay open',
    inPlace,
    impossible: facts.systemd
      ? null
      : 'The machine does not run systemd, which keeps the rules over a restart.',
    reason: inPlace
      ? 'The rules are active.'
      : `Docker opens published ports past other rules of the machine. Ports ${open}, 80 and 443 stay open; ${back}`,
    commands: firewallCommands({ sshPort, hasUfw: ufwActive, revertSeconds }),
    confirm: FIREWALL_CONFIRM,
    undo: FIREWALL_UNDO,
  };
}

function updates({ unattendedUpgrades }: Facts): Draft {
  return {
    id: 'updates',
    title: 'Turn on security updates',
    inPlace: unattendedUpgrades,
    impossible: null,
    reason: unattendedUpgrades
      ? 'Security updates are installed by themselves.'
      : 'Security updates are not installed by themselves.',
    commands: [
      ...BEFORE_APT,
      ...replaceFile(
        UPDATES_FILE,
        'APT::Periodic::Update-Package-Lists "1";\nAPT::Periodic::Unattended-Upgrade "1";\n',
      ),
      `${INSTALL} unattended-upgrades`,
    ],
    undo: [putBackFile(UPDATES_FILE)],
  };
}

/** In the order they run: limits before the engine, so that nothing has to restart on a new machine. */
const DRAFTS = [swap, logCaps, engine, engineStart, access, firewall, updates];

export interface StepTiming {
  /** How long firewall rules wait to be confirmed. */
  revertSeconds: number;
}

/** `reason` of an impossible step says why; no step is needed and impossible at once. */
export function planSteps(
  facts: Facts,
  timing: StepTiming = { revertSeconds: REVERT_SECONDS },
): PrepareStep[] {
  const noRoot = !facts.isRoot && facts.sudo === 'none' ? `${facts.user} may not use sudo.` : null;
  const wrongSystem = isSupportedSystem(facts)
    ? null
    : `${facts.osName || 'This system'} is neither Debian 12 nor Ubuntu 22.04 or newer.`;
  return DRAFTS.map((draft) => {
    const { inPlace, impossible, confirm = [], ...rest } = draft(facts, timing);
    const step = { ...rest, confirm };
    // What stood there before any console came is not a console's to take away.
    if (inPlace)
      return { ...step, state: 'in-place', undo: facts.applied.includes(step.id) ? step.undo : [] };
    const obstacle = impossible ?? noRoot ?? wrongSystem;
    if (obstacle === null) return { ...step, state: 'needed' };
    return { ...step, state: 'impossible', reason: `${step.reason} ${obstacle}` };
  });
}

export function rootOf({ isRoot, sudo }: Facts): 'root' | 'sudo' | 'sudo-password' | 'none' {
  if (isRoot) return 'root';
  if (sudo === 'free') return 'sudo';
  return sudo === 'password' ? 'sudo-password' : 'none';
}
