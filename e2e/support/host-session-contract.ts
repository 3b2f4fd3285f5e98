/** What every implementation of the HostSession and EnginePort has to do, run against a real engine. */
import { type AddressInfo, createServer } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContainerDetail, EngineEvent, EnginePort, RawLogLine } from '../../main/services/hosts/engine';
import type { HostSession } from '../../main/services/hosts/host-session';
import { removeProject, uniqueProject } from './engine';
import { tinyImage } from './images';
import { tarOf } from './tar';
import { until } from './until';

const LABEL = 'com.docker.compose.project';
const MEBIBYTE = 1024 * 1024;

export interface ContractSubject {
  open(): HostSession;
  /** To an endpoint where nothing listens. */
  openDead(): HostSession;
}

type Body = { HostConfig?: Record<string, unknown> } & Record<string, unknown>;

interface Ground {
  session: HostSession;
  engine: EnginePort;
  project: string;
  image: string;
  /** Makes and starts a container of the test's project. */
  run(command: string[], extra?: Body): Promise<ContainerDetail>;
  create(command: string[], extra?: Body): Promise<string>;
}

async function prepare(subject: ContractSubject): Promise<Ground> {
  const session = subject.open();
  const { engine } = session;
  const project = uniqueProject('engine');
  const image = await tinyImage(session);
  // Not the default bridge: an engine may run without one, and only own networks have names.
  await engine.createNetwork({ Name: project, Labels: { [LABEL]: project } });
  const create = async (command: string[], extra: Body = {}) => {
    const { HostConfig, ...rest } = extra;
    const body = {
      ...{ Image: image, Cmd: command, Labels: { [LABEL]: project }, StopTimeout: 1, ...rest },
      HostConfig: { NetworkMode: project, ...(HostConfig ?? {}) },
    };
    return (await engine.createContainer({ name: uniqueProject(project), body })).id;
  };
  const run = async (command: string[], extra?: Body) => {
    const id = await create(command, extra);
    await engine.startContainer(id);
    return engine.inspectContainer(id);
  };
  return { session, engine, project, image, run, create };
}

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

export function describeHostSession(name: string, subject: ContractSubject): void {
  describe(name, () => {
    let ground: Ground;
    beforeAll(async () => {
      ground = await prepare(subject);
    });
    afterAll(async () => {
      await removeProject(ground.session, ground.project);
      await ground.session[Symbol.asyncDispose]();
    });

    describeMachine(() => ground);
    describeConnection(() => ground, subject);
    describeContainers(() => ground);
    describeStreams(() => ground);
    describeStats(() => ground);
    describeImages(() => ground);
    describeNetworksAndVolumes(() => ground);
  });
}

function describeMachine(ground: () => Ground): void {
  describe('machine', () => {
    it('runs a program without a shell and answers its exit code', async () => {
      const { session } = ground();
      expect(await session.run('echo', ['$HOME;', 'a b'])).toEqual({
        exitCode: 0,
        stdout: '$HOME; a b\n',
        stderr: '',
      });
      const failed = await session.run('sh', ['-c', 'echo no >&2; exit 7']);
      expect(failed).toEqual({ exitCode: 7, stdout: '', stderr: 'no\n' });
    });
    it('names a program that is missing', async () => {
      await expect(ground().session.run('bizosaas-no-such-program', [])).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
    });
    it('ends a program on cancel', async () => {
      const started = Date.now();
      const run = ground().session.run('sleep', ['30'], AbortSignal.timeout(100));
      await expect(run).rejects.toMatchObject({ code: 'CANCELLED' });
      expect(Date.now() - started).toBeLessThan(5_000);
    });
    it('connects to a container that publishes no port', async () => {
      const { session, project, run } = ground();
      const { addresses } = await run(['httpd', '-f', '-p', '8080', '-h', '/www']);
      const address = addresses[project] ?? '';
      await until('httpd listens', () =>
        session.connectTcp(address, 8080).then(
          (socket) => {
            socket.destroy();
            return true;
          },
          () => false,
        ),
      );
      const socket = await session.connectTcp(address, 8080);
      socket.end('GET / HTTP/1.0\r\n\r\n');
      expect(await text(socket)).toContain('tiny');
    });
    it('passes on why a connection failed', async () => {
      await expect(ground().session.connectTcp('127.0.0.1', 1)).rejects.toMatchObject({
        code: 'ECONNREFUSED',
      });
    });
    it('ends a connection on cancel', async () => {
      const server = createServer(() => undefined);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = addressOf(server.address());
      const aborted = AbortSignal.abort();
      await expect(ground().session.connectTcp('127.0.0.1', port, aborted)).rejects.toMatchObject({
        code: 'CANCELLED',
      });
      const cancel = new AbortController();
      const socket = await ground().session.connectTcp('127.0.0.1', port, cancel.signal);
      cancel.abort();
      await until('the socket is closed', () => socket.destroyed);
      server.close();
    });
    it('measures the disk of a path, or of the parent that exists', async () => {
      const whole = await ground().session.freeDisk('/');
      const nested = await ground().session.freeDisk('/tmp/bizosaas/does/not/exist');
      expect(whole?.totalBytes).toBeGreaterThan(MEBIBYTE);
      expect(nested?.freeBytes).toBeGreaterThan(0);
      expect(await ground().session.freeDisk('/bizosaas-no-such-root/data')).toBeNull();
    });
    it('estimates the memory a new process can get', async () => {
      expect(await ground().session.availableMemory()).toBeGreaterThan(16 * MEBIBYTE);
    });
    it('names the process that listens on a port', async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = addressOf(server.address());
      const owner = await ground().session.portOwner('0.0.0.0', port);
      expect(owner).toEqual({ listening: true, process: expect.stringContaining(`pid ${process.pid}`) });
      expect((await ground().session.portOwner('127.0.0.2', port)).listening).toBe(false);
      await new Promise((resolve) => server.close(resolve));
      expect(await ground().session.portOwner('', port)).toEqual({ listening: false, process: null });
    });
  });
}

function addressOf(address: string | AddressInfo | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('the server has no TCP address');
  return address;
}

function describeConnection(ground: () => Ground, subject: ContractSubject): void {
  describe('connection', () => {
    it('answers a ping and says what engine it is', async () => {
      await ground().engine.ping();
      const info = await ground().engine.info();
      expect(info.id).not.toBe('');
      expect(info.apiVersion).toMatch(/^1\.\d+$/);
      expect(info.cpus).toBeGreaterThan(0);
      expect(info.memoryBytes).toBeGreaterThan(MEBIBYTE);
      expect(info.rootDirectory).toMatch(/^\//);
    });
    it('says where nothing answers and what to do', async () => {
      const dead = subject.openDead();
      const failure = { code: 'ENGINE_UNAVAILABLE', message: expect.stringContaining(dead.endpoint) };
      await expect(dead.engine.ping()).rejects.toMatchObject(failure);
      await expect(dead.engine.listContainers([])).rejects.toMatchObject(failure);
      await expect(collect(dead.engine.events({}, AbortSignal.timeout(5_000)))).rejects.toMatchObject(
        failure,
      );
      await dead[Symbol.asyncDispose]();
    });
    it('cancels before and during a call', async () => {
      const cancelled = { code: 'CANCELLED' };
      await expect(ground().engine.info(AbortSignal.abort())).rejects.toMatchObject(cancelled);
      const { id } = await ground().run(['sleep', '60']);
      const waiting = ground().engine.waitContainer(id, AbortSignal.timeout(100));
      await expect(waiting).rejects.toMatchObject(cancelled);
    });
    it('answers many calls at once', async () => {
      const answers = await Promise.all(
        Array.from({ length: 100 }, () => ground().engine.listContainers([])),
      );
      expect(answers).toHaveLength(100);
    });
  });
}

function describeContainers(ground: () => Ground): void {
  describe('containers', () => {
    it('creates, lists, inspects, renames, restarts, stops and removes', async () => {
      const { engine, project, image, create } = ground();
      const id = await create(['sleep', '600'], { ExposedPorts: { '80/tcp': {} } });
      await engine.startContainer(id);
      await engine.startContainer(id);
      const listed = (await engine.listContainers([`${LABEL}=${project}`])).find((one) => one.id === id);
      expect(listed).toMatchObject({ state: 'running', image, labels: { [LABEL]: project } });
      expect(listed?.addresses[project]).toMatch(/^\d+\.\d+/);
      const name = uniqueProject(project);
      await engine.renameContainer(id, name);
      const detail = await engine.inspectContainer(name);
      expect(detail).toMatchObject({ id, name, running: true, restartCount: 0, tty: false, health: null });
      expect(detail.startedAt).toBeGreaterThan(Date.now() - 60_000);
      expect(detail.finishedAt).toBeNull();
      await engine.restartContainer(id, 1);
      expect((await engine.inspectContainer(id)).startedAt).toBeGreaterThan(detail.startedAt ?? 0);
      await engine.stopContainer(id, 1);
      await engine.stopContainer(id, 1);
      expect((await engine.inspectContainer(id)).running).toBe(false);
      await engine.removeContainer(id, { force: false, volumes: true });
      await engine.removeContainer(id, { force: true, volumes: true });
      await expect(engine.inspectContainer(id)).rejects.toMatchObject({
        code: 'NOT_FOUND',
        data: { kind: 'container', name: id },
      });
    });
    it('answers the exit code, and that memory ran out', async () => {
      const { engine, run } = ground();
      const failing = await run(['sh', '-c', 'exit 3']);
      expect(await engine.waitContainer(failing.id)).toBe(3);
      expect(await engine.inspectContainer(failing.id)).toMatchObject({ exitCode: 3, running: false });
      const hungry = await run(['sh', '-c', 'x=a; while true; do x=$x$x; done'], {
        HostConfig: { Memory: 16 * MEBIBYTE, MemorySwap: 16 * MEBIBYTE },
      });
      await engine.waitContainer(hungry.id);
      expect((await engine.inspectContainer(hungry.id)).oomKilled).toBe(true);
    });
    it('kills with a signal', async () => {
      const { engine, run } = ground();
      const { id } = await run(['sleep', '600']);
      await engine.killContainer(id, 'SIGKILL');
      expect(await engine.waitContainer(id)).toBe(137);
      await expect(engine.killContainer(id, 'SIGKILL')).rejects.toMatchObject({ code: 'CONFLICT' });
    });
    it('refuses a taken name, a missing image and a bad body', async () => {
      const { engine, image, create } = ground();
      const { name } = await engine.inspectContainer(await create(['true']));
      const again = engine.createContainer({ name, body: { Image: image } });
      await expect(again).rejects.toMatchObject({
        code: 'CONFLICT',
        data: { detail: expect.stringContaining(name) },
      });
      const missing = engine.createContainer({
        name: uniqueProject('engine'),
        body: { Image: 'no/such:image' },
      });
      await expect(missing).rejects.toMatchObject({ code: 'NOT_FOUND' });
      const body = { Image: image, HostConfig: { Memory: 1 } };
      const bad = engine.createContainer({ name: uniqueProject('engine'), body });
      await expect(bad).rejects.toMatchObject({ code: 'ENGINE_REJECTED', data: { status: 400 } });
    });
    it('puts files in, also before the start, and reads one back', async () => {
      const { engine, create } = ground();
      const id = await create(['cat', '/etc/app.conf']);
      await engine.putArchive(id, '/etc', tarOf({ 'app.conf': 'wert=ä\n' }));
      expect(await engine.readFile(id, '/etc/app.conf')).toBe('wert=ä\n');
      await expect(engine.readFile(id, '/etc/none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(engine.readFile(id, '/etc')).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(engine.putArchive(id, '/none', tarOf({ a: 'b' }))).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
    });
    it('runs a command inside and keeps its two outputs apart', async () => {
      const { engine, run } = ground();
      const { id } = await run(['sleep', '600']);
      const result = await engine.exec(id, ['sh', '-c', 'echo out; echo err >&2; exit 4']);
      expect(result).toEqual({ exitCode: 4, stdout: 'out\n', stderr: 'err\n' });
      const large = await engine.exec(id, ['sh', '-c', 'head -c 300000 /dev/zero | tr "\\0" x']);
      expect(large.stdout).toHaveLength(300_000);
      const missing = await engine.exec(id, ['/no-such-program']);
      expect(missing.exitCode).toBe(126 + Number(missing.exitCode === 127));
      const endless = engine.exec(id, ['sleep', '60'], AbortSignal.timeout(200));
      await expect(endless).rejects.toMatchObject({ code: 'CANCELLED' });
      await expect(engine.exec('no-such-container', ['true'])).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });
    it('connects a container to a second network under an alias', async () => {
      const { engine, project, run } = ground();
      const name = uniqueProject(project);
      await engine.createNetwork({ Name: name, Labels: { [LABEL]: project } });
      const { id } = await run(['sleep', '600']);
      await engine.connectNetwork(name, id, { Aliases: ['other'] });
      expect((await engine.inspectContainer(id)).addresses[name]).toMatch(/^\d+\.\d+/);
      const seen = await engine.exec(id, ['ping', '-c', '1', '-W', '5', 'other']);
      expect(seen).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('1 packets received') });
    });
  });
}

function describeStreams(ground: () => Ground): void {
  const all = { follow: false, tail: 'all' } as const;
  describe('logs and events', () => {
    it('reads lines of both outputs with their time', async () => {
      const { engine, run } = ground();
      const { id } = await run(['sh', '-c', 'echo one; echo two >&2; printf "three ä"']);
      await engine.waitContainer(id);
      const lines = await collect(engine.logs(id, all));
      expect(lines.map(({ stream, text: said }) => `${stream} ${said}`).sort()).toEqual([
        'stderr two',
        'stdout one',
        'stdout three ä',
      ]);
      for (const line of lines) expect(Math.abs(Date.now() - line.at)).toBeLessThan(60_000);
      expect(await collect(engine.logs(id, { follow: false, tail: 1 }))).toHaveLength(1);
    });
    it('puts lines over 16 KiB together again', async () => {
      const { engine, run } = ground();
      const { id } = await run(['sh', '-c', 'head -c 50000 /dev/zero | tr "\\0" x; echo; echo end']);
      await engine.waitContainer(id);
      const lines = await collect(engine.logs(id, all));
      expect(lines.map((line) => line.text.length)).toEqual([50_000, 3]);
    });
    it('reads the log of a container with a terminal', async () => {
      const { engine, run } = ground();
      const { id } = await run(['sh', '-c', 'echo a; echo b'], { Tty: true });
      await engine.waitContainer(id);
      const lines = await collect(engine.logs(id, all));
      expect(lines.map((line) => line.text)).toEqual(['a', 'b']);
      expect(lines.every((line) => line.at > 0)).toBe(true);
    });
    it('follows until the container ends', async () => {
      const { engine, run } = ground();
      const { id } = await run(['sh', '-c', 'for i in 1 2 3; do echo $i; sleep 0.2; done']);
      const lines = await collect(engine.logs(id, { follow: true, tail: 'all' }));
      expect(lines.map((line) => line.text)).toEqual(['1', '2', '3']);
      const since = lines[1]?.stamp ?? '';
      const resumed = await collect(engine.logs(id, { follow: false, tail: 'all', since }));
      expect(resumed.map((line) => line.text)).toEqual(['2', '3']);
    });
    it('lets go when the reader leaves or cancels, and refuses a missing container', async () => {
      const { engine, run } = ground();
      const { id } = await run(['sh', '-c', 'while true; do echo tick; sleep 0.1; done']);
      for await (const line of engine.logs(id, { follow: true, tail: 'all' })) {
        expect(line.text).toBe('tick');
        break;
      }
      const cancel = new AbortController();
      const seen: RawLogLine[] = [];
      for await (const line of engine.logs(id, { follow: true, tail: 'all' }, cancel.signal)) {
        seen.push(line);
        cancel.abort();
      }
      expect(seen.length).toBeGreaterThan(0);
      const missing = collect(engine.logs('no-such-container', all));
      await expect(missing).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });
    it('tells events as they happen and what was missed', async () => {
      const { engine, run } = ground();
      const cancel = new AbortController();
      const seen: EngineEvent[] = [];
      const following = (async () => {
        for await (const event of engine.events({}, cancel.signal)) seen.push(event);
      })();
      const before = Date.now();
      const has = (id: string, action: string) =>
        seen.some((event) => event.type === 'container' && event.actor === id && event.action === action);
      // The subscription is known to be open once something was seen.
      let id = '';
      await until('an event arrives', async () => {
        id = (await run(['true'])).id;
        await sleep(100);
        return has(id, 'start');
      });
      await until('the end is seen', () => has(id, 'die'));
      cancel.abort();
      await following;
      const late = new AbortController();
      for await (const event of engine.events({ since: before - 1 }, late.signal)) {
        expect(event.at).toBeGreaterThanOrEqual(before - 1);
        late.abort();
      }
    });
  });
}

function describeStats(ground: () => Ground): void {
  describe('resource use', () => {
    it('samples one and many, and leaves out what does not run', async () => {
      const { engine, run, create } = ground();
      const limited = { HostConfig: { Memory: 64 * MEBIBYTE } };
      const busy = await run(['sh', '-c', 'while true; do :; done'], limited);
      const stopped = await create(['true']);
      await until('it used the processor', async () => (await engine.sampleStats(busy.id)).cpuTotalNs > 2e7);
      const samples = await engine.sampleAllStats([busy.id, stopped, 'no-such-container']);
      expect([...samples.keys()]).toEqual([busy.id]);
      expect(samples.get(busy.id)).toMatchObject({ memoryLimitBytes: 64 * MEBIBYTE });
      expect(samples.get(busy.id)?.memoryBytes).toBeGreaterThan(0);
      expect(samples.get(busy.id)?.receivedBytes).toBeGreaterThanOrEqual(0);
      await expect(engine.sampleStats(stopped)).rejects.toMatchObject({ code: 'CONFLICT' });
      await expect(engine.sampleStats('no-such-container')).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await engine.killContainer(busy.id, 'SIGKILL');
    });
  });
}

function describeImages(ground: () => Ground): void {
  const build = (dockerfile: string, tag: string, extra = {}) => ({
    context: tarOf({ Dockerfile: dockerfile, 'file.txt': 'content\n' }),
    dockerfile: 'Dockerfile',
    tags: [tag],
    buildArgs: { GREETING: 'hello' },
    labels: { [LABEL]: 'engine' },
    ...extra,
  });
  describe('images', () => {
    it('lists, inspects, tags and removes', async () => {
      const { engine, image, project } = ground();
      const detail = await engine.inspectImage(image);
      expect(detail.config.command).toEqual(['sh']);
      expect((await engine.listImages()).some((one) => one.id === detail.id)).toBe(true);
      const tag = `${project}/tagged:2`;
      await engine.tagImage(image, tag);
      expect((await engine.inspectImage(tag)).id).toBe(detail.id);
      await engine.removeImage(tag);
      await expect(engine.inspectImage(tag)).rejects.toMatchObject({
        code: 'NOT_FOUND',
        data: { name: tag },
      });
      await expect(engine.removeImage(tag)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });
    it('builds with arguments, target and labels, and shows the steps', async () => {
      const { engine, image, project } = ground();
      const tag = `${project}/built:1`;
      const dockerfile = `FROM ${image} AS first\nARG GREETING\nCOPY file.txt /\nRUN echo "$GREETING there" && cat /file.txt\nEXPOSE 80\nFROM first AS second\nENV LATER=1\n`;
      const steps = new Set<string>();
      let log = '';
      await engine.buildImage(build(dockerfile, tag, { target: 'first' }), (progress) => {
        if (progress.step) steps.add(progress.step.status);
        log += progress.log;
      });
      expect(log).toContain('hello there');
      expect(log).toContain('content');
      expect([...steps].join('\n')).toContain('COPY file.txt /');
      const detail = await engine.inspectImage(tag);
      expect(detail.labels).toMatchObject({ [LABEL]: 'engine' });
      expect(detail.config.exposedPorts).toEqual(['80/tcp']);
      expect(detail.config.env).not.toContain('LATER=1');
      await engine.removeImage(tag);
    });
    it('says which step of a build failed and what it printed', async () => {
      const { engine, image, project } = ground();
      const dockerfile = `FROM ${image}\nRUN echo "the disk is upside down" >&2; exit 9\n`;
      const failing = engine.buildImage(build(dockerfile, `${project}/failing:1`), () => undefined);
      await expect(failing).rejects.toMatchObject({
        code: 'ENGINE_REJECTED',
        message: expect.stringMatching(/exit 9[\s\S]*the disk is upside down/),
      });
      const syntax = engine.buildImage(build('FORM nothing\n', `${project}/failing:1`), () => undefined);
      await expect(syntax).rejects.toMatchObject({ code: 'ENGINE_REJECTED' });
    });
    it('cancels a build', async () => {
      const { engine, image, project } = ground();
      const cancel = new AbortController();
      const request = build(`FROM ${image}\nRUN echo now-waiting; sleep 60\n`, `${project}/slow:1`, {
        noCache: true,
      });
      const slow = engine.buildImage(
        request,
        ({ log }) => {
          if (/^now-waiting/m.test(log)) cancel.abort();
        },
        cancel.signal,
      );
      await expect(slow).rejects.toMatchObject({ code: 'CANCELLED' });
    });
    it('refuses what no registry has', async () => {
      const { engine } = ground();
      // Loopback, where nothing listens: no test leaves this machine.
      const reference = '127.0.0.1:1/no/such:image';
      const pull = engine.pullImage(reference, { onProgress: () => undefined });
      await expect(pull).rejects.toMatchObject({ code: 'ENGINE_REJECTED' });
      await expect(engine.checkRegistry(reference)).rejects.toMatchObject({ code: 'ENGINE_REJECTED' });
    });
    it('imports a root file system and refuses what is none', async () => {
      const { engine, project } = ground();
      const tag = `${project}/imported:1`;
      await engine.importImage(tarOf({ hello: 'x' }), tag, ['CMD ["/hello"]', 'ENV A="b c"']);
      const { config } = await engine.inspectImage(tag);
      expect(config).toMatchObject({ command: ['/hello'], env: expect.arrayContaining(['A=b c']) });
      await engine.removeImage(tag);
      const nonsense = engine.importImage(Readable.from(['not a tar'.repeat(200)]), tag, []);
      await expect(nonsense).rejects.toMatchObject({ code: 'ENGINE_REJECTED' });
    });
  });
}

function describeNetworksAndVolumes(ground: () => Ground): void {
  describe('networks and volumes', () => {
    it('creates, lists by label and removes a network', async () => {
      const { engine, project } = ground();
      const name = uniqueProject(project);
      const Labels = { [LABEL]: project, extra: name };
      const { id } = await engine.createNetwork({ Name: name, Internal: true, Labels });
      const [network, ...others] = await engine.listNetworks([`${LABEL}=${project}`, `extra=${name}`]);
      expect(others).toEqual([]);
      expect(network).toMatchObject({ id, name, driver: 'bridge', internal: true, labels: Labels });
      expect(network?.subnets[0]).toMatch(/^\d+\.\d+\.\d+\.\d+\/\d+$/);
      await expect(engine.createNetwork({ Name: name })).rejects.toMatchObject({ code: 'CONFLICT' });
      await engine.removeNetwork(id);
      await expect(engine.removeNetwork(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });
    it('creates, measures and removes a volume', async () => {
      const { engine, project, run } = ground();
      const name = uniqueProject(project);
      await engine.createVolume({ Name: name, Labels: { [LABEL]: project } });
      const HostConfig = { Binds: [`${name}:/data`], AutoRemove: false };
      const writer = await run(['dd', 'if=/dev/zero', 'of=/data/file', 'bs=1M', 'count=2'], { HostConfig });
      expect(await engine.waitContainer(writer.id)).toBe(0);
      const [plain] = await engine.listVolumes([`${LABEL}=${project}`], { diskUsage: false });
      expect(plain).toMatchObject({ name, driver: 'local', sizeBytes: null });
      const [measured] = await engine.listVolumes([`${LABEL}=${project}`], { diskUsage: true });
      expect(measured?.sizeBytes).toBeGreaterThanOrEqual(2 * MEBIBYTE);
      expect(Math.abs(Date.now() - (measured?.createdAt ?? 0))).toBeLessThan(120_000);
      await expect(engine.removeVolume(name)).rejects.toMatchObject({ code: 'CONFLICT' });
      await engine.removeContainer(writer.id, { force: true, volumes: false });
      await engine.removeVolume(name);
      await expect(engine.removeVolume(name)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });
  });
}
