import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { docker } from '../docker';
import { including, matching } from '../matchers';
import { tarOf } from '../tar';
import { type Ground, LABEL } from './ground';

export function describeImages(ground: () => Ground): void {
  const build = (dockerfile: string, tag: string, extra = {}) => ({
    // Of its own for each subject: BuildKit does equal steps of two builds once, and tells one of them nothing.
    context: tarOf({ Dockerfile: dockerfile, 'file.txt': `content of ${tag}\n` }),
    dockerfile: 'Dockerfile',
    tags: [tag],
    buildArgs: { GREETING: 'hello' },
    labels: { [LABEL]: 'engine' },
    ...extra,
  });
  describe('images', () => {
    it('lists and inspects, under every tag', async () => {
      const { session, engine, image, project } = ground();
      const detail = await engine.inspectImage(image);
      expect(detail.config.command).toEqual(['sh']);
      expect((await engine.listImages()).some((one) => one.id === detail.id)).toBe(true);
      const tag = `${project}/tagged:2`;
      await docker(session, 'image', 'tag', image, tag);
      expect((await engine.inspectImage(tag)).id).toBe(detail.id);
      await docker(session, 'image', 'rm', tag);
      await expect(engine.inspectImage(tag)).rejects.toMatchObject({
        code: 'NOT_FOUND',
        data: { name: tag },
      });
    });
    it('builds with arguments, target and labels, and shows the steps', async () => {
      const { session, engine, image, project } = ground();
      const tag = `${project}/built:1`;
      const dockerfile = `FROM ${image} AS first\nARG GREETING\nCOPY file.txt /\nRUN echo "$GREETING there" && cat /file.txt\nEXPOSE 80\nFROM first AS second\nENV LATER=1\n`;
      const steps = new Set<string>();
      let log = '';
      await engine.buildImage(build(dockerfile, tag, { target: 'first', noCache: true }), (progress) => {
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
      await docker(session, 'image', 'rm', tag);
    });
    it('says which step of a build failed and what it printed', async () => {
      const { engine, image, project } = ground();
      const dockerfile = `FROM ${image}\nRUN echo "the disk is upside down" >&2; exit 9\n`;
      const failing = engine.buildImage(build(dockerfile, `${project}/failing:1`), () => undefined);
      await expect(failing).rejects.toMatchObject({
        code: 'ENGINE_REJECTED',
        message: matching(/exit 9[\s\S]*the disk is upside down/),
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
      const { session, engine, project } = ground();
      const tag = `${project}/imported:1`;
      await engine.importImage(tarOf({ hello: 'x' }), tag, ['CMD ["/hello"]', 'ENV A="b c"']);
      const { config } = await engine.inspectImage(tag);
      expect(config).toMatchObject({ command: ['/hello'], env: including(['A=b c']) });
      await docker(session, 'image', 'rm', tag);
      const nonsense = engine.importImage(Readable.from(['not a tar'.repeat(200)]), tag, []);
      await expect(nonsense).rejects.toMatchObject({ code: 'ENGINE_REJECTED' });
    });
  });
}
