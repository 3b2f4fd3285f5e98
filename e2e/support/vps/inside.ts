/** What is done to the box from within, without SSH: it works also when SSH is what is broken. */
import { spawn } from 'node:child_process';
import { until } from '../until';
import { type CommandOutcome, docker, tryDocker } from './engine-command';
import { ENGINE_PACKAGES, type Release } from './image';

const ENGINE_LIMIT_MS = 60_000;
const DATA = '/var/lib/docker';
const CLOCK = '/etc/ssh/sshd_config.d/clock.conf';

export interface Inside {
  /** Runs a program as root; every exit code is an answer. */
  exec(command: string[], input?: string): Promise<CommandOutcome>;
  /** Runs a shell script as root and answers what it printed; throws when it fails. */
  shell(script: string): Promise<string>;
  /** From the distribution's packages, as a person would; resolves when it answers. */
  installEngine(): Promise<void>;
  waitForEngine(): Promise<void>;
  stopEngine(): Promise<void>;
  startEngine(): Promise<void>;
  restartEngine(): Promise<void>;
  /** Copies an image of the machine's engine into the box's. */
  loadImage(reference: string): Promise<void>;
  /** Leaves that much on the disk of the inner engine, which must be a small one (`dockerDiskBytes`). */
  fillDisk(leaveBytes?: number): Promise<void>;
  freeDisk(): Promise<void>;
  /**
   * What programs started over SSH take for the time (`date`) is that much ahead of the machine's. Not
   * what the engine says or sudo runs: a container has no clock of its own. 0 takes it back.
   */
  setClock(aheadSeconds: number): Promise<void>;
}

async function loadInto(container: string, reference: string): Promise<void> {
  const save = spawn('docker', ['save', reference], { stdio: ['ignore', 'pipe', 'inherit'] });
  await docker(['exec', '--interactive', container, 'docker', 'load'], save.stdout);
}

export function inside(container: string, release: Release): Inside {
  const exec: Inside['exec'] = (command, input) =>
    tryDocker(['exec', ...(input === undefined ? [] : ['--interactive']), container, ...command], input);
  const shell = (script: string) => docker(['exec', container, 'sh', '-ec', script]);

  async function waitForEngine(): Promise<void> {
    const answers = async () => (await exec(['docker', 'info'])).exitCode === 0;
    await until(`the engine in ${container} answers`, answers, ENGINE_LIMIT_MS);
  }
  async function installEngine(): Promise<void> {
    const install = `apt-get install -y --no-install-recommends ${ENGINE_PACKAGES[release].join(' ')}`;
    await shell(
      `export DEBIAN_FRONTEND=noninteractive; apt-get update; ${install}; usermod -aG docker dockerer`,
    );
    await waitForEngine();
  }
  async function fillDisk(leaveBytes = 0): Promise<void> {
    const [kind, free] = (await shell(`df --output=fstype,avail -B1 ${DATA} | tail -1`)).trim().split(/\s+/);
    if (kind !== 'tmpfs') throw new Error('Only a disk of its own may be filled: start with dockerDiskBytes');
    await shell(`fallocate -l ${Math.max(1, Number(free) - leaveBytes)} ${DATA}/filler`);
  }
  async function setClock(aheadSeconds: number): Promise<void> {
    const line = `SetEnv LD_PRELOAD=/usr/local/lib/faketime.so FAKETIME=+${aheadSeconds}`;
    await shell(aheadSeconds === 0 ? `rm -f ${CLOCK}` : `echo '${line}' > ${CLOCK}`);
    // A reload leaves a moment in which nobody listens; a restart ends when sshd is ready, and spares the sessions.
    await shell('systemctl restart ssh');
  }

  return {
    exec,
    shell,
    installEngine,
    waitForEngine,
    fillDisk,
    setClock,
    async freeDisk() {
      await shell(`rm -f ${DATA}/filler`);
    },
    async stopEngine() {
      await shell('systemctl stop docker.socket docker.service');
    },
    async startEngine() {
      await shell('systemctl start docker.service');
      await waitForEngine();
    },
    async restartEngine() {
      await shell('systemctl restart docker.service');
      await waitForEngine();
    },
    loadImage: (reference) => loadInto(container, reference),
  };
}
