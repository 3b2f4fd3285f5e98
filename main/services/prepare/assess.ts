/** The platform's assessment of a machine: each property measured against what 16 services need. Pure. */
import type { AssessmentItem } from '../../../preload/contract';
import { formatBytes, formatDuration } from '../../words/quantities';
import { FIREWALL_VERSION, type MachineFacts } from './facts';
import { capsInPlace } from './log-caps';

const GIGABYTE = 1e9;
const WANTED_CPUS = 8;
const WANTED_MEMORY_BYTES = 16 * GIGABYTE;
const LEAST_MEMORY_BYTES = 4 * GIGABYTE;
const WANTED_DISK_BYTES = 200 * GIGABYTE;
const LEAST_FREE_DISK_BYTES = 20 * GIGABYTE;
const WANTED_SWAP_BYTES = 2 * 1024 ** 3;
const WANTED_ENGINE_MAJOR = 24;
const LEAST_ENGINE = [20, 10] as const;
/** What the kernel reports is what was bought, less what firmware, kernel and file system keep. */
const KEPT_SHARE = 0.92;
/** TLS certificates and one-time codes begin to fail around here. */
const CLOCK_LIMIT_MS = 30_000;
const OLDEST: Record<string, number> = { debian: 12, ubuntu: 22.04 };

type State = AssessmentItem['state'];
type Verdict = [state: State, measured: string, advice?: string];
type Rule = {
  id: AssessmentItem['id'];
  title: string;
  wanted: string;
  judge: (facts: MachineFacts) => Verdict;
};

export function isSupportedSystem({ osId, osVersion }: MachineFacts): boolean {
  const oldest = OLDEST[osId];
  return oldest !== undefined && Number.parseFloat(osVersion) >= oldest;
}

/** Version words such as `20.10.24+dfsg1` as major and minor. */
function versionOf(version: string): [number, number] {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  return [major, minor];
}

function amount(found: number | null, wanted: number, least: number, advice: string): Verdict {
  if (found === null) return ['unknown', 'Could not be read.'];
  const measured = formatBytes(found);
  if (found >= wanted) return ['pass', measured];
  return [found >= least ? 'warn' : 'fail', measured, advice];
}

function judgeDisk({ disk }: MachineFacts): Verdict {
  if (disk === null) return ['unknown', 'Could not be read.'];
  const measured = `${formatBytes(disk.totalBytes)}, ${formatBytes(disk.freeBytes)} free`;
  if (disk.freeBytes < LEAST_FREE_DISK_BYTES)
    return ['fail', measured, 'Free some space or attach a larger disk before the platform is applied.'];
  if (disk.totalBytes < WANTED_DISK_BYTES * KEPT_SHARE)
    return ['warn', measured, 'Enough to begin; backups and images will fill it sooner.'];
  return ['pass', measured];
}

function judgeEngine({ engineVersion, engineRunning }: MachineFacts): Verdict {
  if (engineVersion === null) return ['fail', 'Not installed', 'The step "Install Docker Engine" does it.'];
  if (engineVersion === 'unknown') return ['unknown', 'Running; its version could not be read'];
  const [major, minor] = versionOf(engineVersion);
  const measured = `${engineVersion}${engineRunning ? ', running' : ', not running'}`;
  if (major < LEAST_ENGINE[0] || (major === LEAST_ENGINE[0] && minor < LEAST_ENGINE[1]))
    return ['fail', measured, 'Upgrade the engine to 20.10 or newer.'];
  if (!engineRunning) return ['fail', measured, 'The step "Start the engine" does it.'];
  if (major < WANTED_ENGINE_MAJOR)
    return ['warn', measured, 'Accepted. From 25 on, fast health checks make starting quicker.'];
  return ['pass', measured];
}

function judgeAccess({ user, isRoot, groups, sudo }: MachineFacts): Verdict {
  if (isRoot) return ['pass', 'root'];
  if (groups.includes('docker')) return ['pass', `${user}, in the group docker`];
  const advice = 'The step "Give access to the engine" does it.';
  if (sudo !== 'none') return ['warn', `${user}, not in the group docker`, advice];
  return [
    'fail',
    `${user}, neither in the group docker nor allowed to use sudo`,
    `Sign in as root or as a user with sudo, or let an administrator run: usermod -aG docker ${user}`,
  ];
}

function judgeClock({ clockOffsetMs }: MachineFacts): Verdict {
  if (clockOffsetMs === null) return ['unknown', 'Could not be read.'];
  const off = Math.abs(clockOffsetMs);
  if (off <= CLOCK_LIMIT_MS) return ['pass', 'Agrees with this machine'];
  const side = clockOffsetMs > 0 ? 'ahead of' : 'behind';
  return [
    'warn',
    `${formatDuration(off)} ${side} this machine`,
    'Turn on time synchronisation, for example: timedatectl set-ntp true',
  ];
}

function judgeSwap(facts: MachineFacts): Verdict {
  const { memoryBytes, swapBytes } = facts;
  if (memoryBytes === null || swapBytes === null) return ['unknown', 'Could not be read.'];
  if (isSwapShort(facts)) return ['warn', formatBytes(swapBytes), 'The step "Add swap" does it.'];
  return ['pass', swapBytes > 0 ? formatBytes(swapBytes) : 'None; memory is enough'];
}

function judgeFirewall({ firewallRules }: MachineFacts): Verdict {
  if (firewallRules === FIREWALL_VERSION) return ['pass', `Rules ${firewallRules} are active`];
  const measured =
    firewallRules === null
      ? 'Published container ports are open to the outside'
      : `Rules ${firewallRules} are active, ${FIREWALL_VERSION} are newer`;
  return ['warn', measured, 'The step "Close the firewall" does it.'];
}

const RULES: Rule[] = [
  {
    id: 'os',
    title: 'Operating system',
    wanted: 'Debian 12 or Ubuntu 22.04, or newer',
    judge: (facts) =>
      isSupportedSystem(facts)
        ? ['pass', facts.osName]
        : [
            'fail',
            facts.osName || 'Unknown',
            'The steps are written for Debian and Ubuntu; set this machine up by hand.',
          ],
  },
  {
    id: 'architecture',
    title: 'Processor architecture',
    wanted: 'x86-64 or arm64',
    judge: ({ architecture }) =>
      /^(x86_64|aarch64|arm64)$/.test(architecture)
        ? ['pass', architecture]
        : ['fail', architecture || 'Unknown', 'Images of the platform are made for x86-64 and arm64.'],
  },
  {
    id: 'cpu',
    title: 'Processor cores',
    wanted: `${WANTED_CPUS}`,
    judge: ({ cpus }) => {
      if (cpus === null) return ['unknown', 'Could not be read.'];
      return cpus >= WANTED_CPUS
        ? ['pass', `${cpus}`]
        : ['warn', `${cpus}`, 'The platform starts, and answers more slowly under load.'];
    },
  },
  {
    id: 'memory',
    title: 'Memory',
    wanted: '16 GB',
    judge: ({ memoryBytes }) =>
      amount(
        memoryBytes,
        WANTED_MEMORY_BYTES * KEPT_SHARE,
        LEAST_MEMORY_BYTES * KEPT_SHARE,
        'Limits of the services add up to 16 GB; with less, some are ended when all are busy.',
      ),
  },
  { id: 'disk', title: 'Disk', wanted: '200 GB', judge: judgeDisk },
  {
    id: 'swap',
    title: 'Swap',
    wanted: '2 GiB where memory is short',
    judge: judgeSwap,
  },
  { id: 'engine', title: 'Docker Engine', wanted: '24 or newer; 20.10 is accepted', judge: judgeEngine },
  {
    id: 'compose',
    title: 'Compose plugin',
    wanted: '2 or newer, for work on the machine itself',
    judge: ({ composeVersion }) =>
      composeVersion !== null && versionOf(composeVersion.replace(/^v/, ''))[0] >= 2
        ? ['pass', composeVersion]
        : [
            'warn',
            composeVersion ?? 'Not installed',
            'The console does not need it; docker compose on the machine does.',
          ],
  },
  { id: 'access', title: 'Access to the engine', wanted: 'root, or the group docker', judge: judgeAccess },
  { id: 'clock', title: 'Clock', wanted: 'Within 30 s of this machine', judge: judgeClock },
  {
    id: 'firewall',
    title: 'Firewall',
    wanted: 'SSH, 80 and 443 open, published container ports closed',
    judge: judgeFirewall,
  },
  {
    id: 'updates',
    title: 'Security updates',
    wanted: 'Installed by themselves',
    judge: ({ unattendedUpgrades }) =>
      unattendedUpgrades
        ? ['pass', 'Unattended upgrades are on']
        : ['warn', 'Not automatic', 'The step "Turn on security updates" does it.'],
  },
  {
    id: 'log-caps',
    title: 'Container logs',
    wanted: 'Limited in size',
    judge: (facts) =>
      capsInPlace(facts.daemonConfig)
        ? ['pass', 'Limited by the engine']
        : [
            'warn',
            'Grow without limit unless a service sets one',
            'The step "Limit container logs" does it.',
          ],
  },
];

export function isSwapShort({ memoryBytes, swapBytes }: MachineFacts): boolean {
  if (memoryBytes === null || swapBytes === null) return false;
  return memoryBytes < WANTED_MEMORY_BYTES * KEPT_SHARE && swapBytes < WANTED_SWAP_BYTES * KEPT_SHARE;
}

export function assess(facts: MachineFacts): AssessmentItem[] {
  return RULES.map(({ id, title, wanted, judge }) => {
    const [state, measured, advice = ''] = judge(facts);
    return { id, title, state, measured, wanted, advice };
  });
}
