/** What would be done to a machine, from what was measured there. Pure; every step may run twice. */
import type { PrepareStep } from '../../../preload/contract';
import { formatBytes } from '../../words/quantities';
import { isSupportedSystem, isSwapShort } from './assess';
import { FIREWALL_VERSION, type MachineFacts } from './facts';
import { FIREWALL_UNDO, firewallCommands, writeFile } from './firewall';
import { capsInPlace, withCaps } from './log-caps';

type Facts = MachineFacts;
type Draft = Omit<PrepareStep, 'state'> & { inPlace: boolean; impossible: string | null };

const INSTALL = 'apt-get install -y --no-install-recommends';
const DAEMON_CONFIG = '/etc/docker/daemon.json';
const CONFIG_BEFORE = `${DAEMON_CONFIG}.before-bizosaas`;
const SWAP_FILE = '/swapfile.bizosaas';
const SWAP_MEBIBYTES = 4096;
const UPDATES_FILE = '/etc/apt/apt.conf.d/20auto-upgrades';
/** Another installation may hold apt's lock, as right after the first boot of a new machine. */
const APT_PATIENCE = [
  'export DEBIAN_FRONTEND=noninteractive',
  `printf 'DPkg::Lock::Timeout "300";\\n' > /etc/apt/apt.conf.d/90bizosaas-patience`,
  'dpkg --configure -a',
];

function fromDocker(facts: Facts): string[] {
  const base = `https://download.docker.com/linux/${facts.osId}`;
  return [
    `${INSTALL} ca-certificates`,
    'install -m 0755 -d /etc/apt/keyrings',
    `/usr/lib/apt/apt-helper download-file ${base}/gpg /etc/apt/keyrings/docker.asc`,
    `. /etc/os-release; echo "deb [arch=$(dpkg --print-architecture) signed-by=/etc/apt/keyrings/docker.asc] ${base} $VERSION_CODENAME stable" > /etc/apt/sources.list.d/docker.list`,
    'apt-get update',
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
    commands: [
      ...APT_PATIENCE,
      'apt-get update',
      ...(facts.dockerRepository ? fromDocker(facts) : FROM_DISTRIBUTION),
    ],
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
  return {
    id: 'access',
    title: `Give ${facts.user} access to the engine`,
    inPlace,
    impossible: null,
    reason: inPlace
      ? `${facts.user} can use the engine.`
      : `${facts.user} is not in the group docker. Its members control the whole machine, as root does.`,
    commands: [`getent group docker >/dev/null || groupadd docker`, `usermod -aG docker ${facts.user}`],
    undo: [`gpasswd -d ${facts.user} docker`],
  };
}

function swap(facts: Facts): Draft {
  const short = isSwapShort(facts);
  const memory =
    facts.memoryBytes === null ? 'Memory could not be read.' : `${formatBytes(facts.memoryBytes)} memory`;
  return {
    id: 'swap',
    title: 'Add swap',
    inPlace: !short,
    impossible: null,
    reason: short
      ? `${memory} and ${formatBytes(facts.swapBytes ?? 0)} swap.`
      : `${memory} is enough, or swap is there.`,
    commands: [
      `[ -f ${SWAP_FILE} ] || { (fallocate -l ${SWAP_MEBIBYTES}M ${SWAP_FILE} || dd if=/dev/zero of=${SWAP_FILE} bs=1M count=${SWAP_MEBIBYTES}) && chmod 600 ${SWAP_FILE} && mkswap ${SWAP_FILE}; }`,
      `swapon --show=NAME --noheadings | grep -qx ${SWAP_FILE} || swapon ${SWAP_FILE}`,
      `grep -q '^${SWAP_FILE} ' /etc/fstab || echo '${SWAP_FILE} none swap sw 0 0' >> /etc/fstab`,
    ],
    undo: facts.ownSwapFile
      ? [`swapoff ${SWAP_FILE}`, `sed -i '\\#^${SWAP_FILE} #d' /etc/fstab`, `rm -f ${SWAP_FILE}`]
      : [],
  };
}

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
    impossible: content === null ? `${DAEMON_CONFIG} is no valid JSON; correct it first.` : null,
    reason: inPlace
      ? 'Container logs are limited.'
      : 'A log of one container can fill the disk. Limited to 3 files of 10 MB for containers made from now on.',
    commands: [
      'mkdir -p /etc/docker',
      `[ -e ${CONFIG_BEFORE} ] || { [ -e ${DAEMON_CONFIG} ] && cp -p ${DAEMON_CONFIG} ${CONFIG_BEFORE}; } || true`,
      writeFile(DAEMON_CONFIG, content ?? ''),
      ...(running ? ['systemctl restart docker'] : []),
    ],
    undo: [
      `if [ -e ${CONFIG_BEFORE} ]; then mv ${CONFIG_BEFORE} ${DAEMON_CONFIG}; else rm -f ${DAEMON_CONFIG}; fi`,
      'systemctl try-restart docker',
    ],
  };
}

function firewall(facts: Facts): Draft {
  const inPlace = facts.firewallRules === FIREWALL_VERSION;
  const open = facts.sshPort === 22 ? '22' : `22 as ${facts.sshPort}`;
  return {
    id: 'firewall',
    title: 'Close the firewall: SSH, 80 and 443 stay open',
    inPlace,
    impossible: facts.systemd
      ? null
      : 'The machine does not run systemd, which keeps the rules over a restart.',
    reason: inPlace
      ? 'The rules are active.'
      : `Docker opens published ports past other rules of the machine. Open stay ${open}, 80 and 443; the rules take themselves back within a minute unless a new connection gets in.`,
    commands: firewallCommands(facts.sshPort, facts.ufwActive),
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
      ...APT_PATIENCE,
      'apt-get update',
      `${INSTALL} unattended-upgrades`,
      writeFile(
        UPDATES_FILE,
        'APT::Periodic::Update-Package-Lists "1";\nAPT::Periodic::Unattended-Upgrade "1";\n',
      ),
    ],
    undo: [`rm -f ${UPDATES_FILE}`],
  };
}

/** In the order they run: limits before the engine, so that nothing has to restart on a new machine. */
const DRAFTS = [swap, logCaps, engine, engineStart, access, firewall, updates];

/** `reason` of an impossible step says why; no step is needed and impossible at once. */
export function planSteps(facts: Facts): PrepareStep[] {
  const noRoot = !facts.isRoot && facts.sudo === 'none' ? `${facts.user} may not use sudo.` : null;
  const wrongSystem = isSupportedSystem(facts)
    ? null
    : `${facts.osName || 'This system'} is neither Debian 12 nor Ubuntu 22.04 or newer.`;
  return DRAFTS.map((draft) => {
    const { inPlace, impossible, ...step } = draft(facts);
    if (inPlace) return { ...step, state: 'in-place' };
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
