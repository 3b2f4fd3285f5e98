import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultSettings, type Settings } from '../../../../preload/contract';
import { loadCompose } from '../compose-file';
import { createStackRegistry } from './registry';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bizosaas-registry-'));
  await compose('stacks/sandbox', 'bizosaas-sandbox');
  await compose('mine', 'mine');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function compose(path: string, name: string): Promise<string> {
  await mkdir(join(folder, path), { recursive: true });
  const file = join(folder, path, 'compose.yaml');
  await writeFile(file, `name: ${name}\nservices:\n  web: { image: busybox }\n`);
  return file;
}

function registry() {
  let settings: Settings = defaultSettings;
  const change = (patch: Partial<Settings>): Settings => {
    settings = { ...settings, ...patch };
    return settings;
  };
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const stacks = createStackRegistry({
    load: loadCompose,
    settings: { get: () => settings, change },
    stacksDirectory: join(folder, 'stacks'),
    dataDirectory: join(folder, 'data'),
    environment: {},
    log: silent,
  });
  const ids = async (): Promise<string[]> => (await stacks.entries()).map((entry) => entry.id);
  const select = (selectedStackId: string): void => void change({ selectedStackId });
  const selected = (): string => settings.selectedStackId;
  return { stacks, ids, addedStacks: () => settings.addedStacks, select, selected };
}

describe('the registry of stacks', () => {
  it('shows the built-in stacks that this build has', async () => {
    const { ids } = registry();
    expect(await ids()).toEqual(['sandbox']);
  });

  it('knows the project of a stack whose file is broken or gone', async () => {
    const file = join(folder, 'stacks/sandbox/compose.yaml');
    const { stacks } = registry();
    const entry = await stacks.entry('sandbox');
    await compose('stacks/sandbox', 'renamed');
    expect(await stacks.projectName(entry)).toBe('renamed');
    await writeFile(file, 'services: [');
    expect(await stacks.projectName(entry)).toBe('renamed');
    const next = registry().stacks;
    expect(await next.projectName(entry)).toBe('bizosaas-sandbox');
    await writeFile(file, 'name: "by-hand" # mine\nservices: [');
    expect(await next.projectName(entry)).toBe('by-hand');
    await rm(file);
    expect(await next.projectName(entry)).toBe('bizosaas-sandbox');
  });

  it('keeps an added stack in the settings until it is forgotten', async () => {
    const { stacks, ids, addedStacks } = registry();
    const file = join(folder, 'mine/compose.yaml');
    const { id } = await stacks.add([file], null);
    expect(addedStacks()).toEqual([{ id, project: 'mine', files: [file] }]);
    expect((await stacks.load(await stacks.entry(id))).project.name).toBe('mine');
    await stacks.forget(id);
    expect([await ids(), addedStacks()]).toEqual([['sandbox'], []]);
  });

  it('selects a stack that is there when the selected one is forgotten', async () => {
    const { stacks, selected, select } = registry();
    const { id } = await stacks.add([join(folder, 'mine/compose.yaml')], null);
    select('bizosaas');
    await stacks.forget((await stacks.add([join(folder, 'mine/compose.yaml')], 'second')).id);
    expect(selected()).toBe('bizosaas');
    select(id);
    await stacks.forget(id);
    expect(selected()).toBe('sandbox');
  });

  it('adds the same files under another project name', async () => {
    const { stacks } = registry();
    const file = join(folder, 'mine/compose.yaml');
    await stacks.add([file], null);
    await expect(stacks.add([file], null)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect((await stacks.add([file], 'second')).id).toBe('added-second');
  });

  it('refuses files that are not valid, and leaves the settings alone', async () => {
    const { stacks, addedStacks } = registry();
    await writeFile(join(folder, 'mine/compose.yaml'), 'services: 7\n');
    await expect(stacks.add([join(folder, 'mine/compose.yaml')], null)).rejects.toMatchObject({
      code: 'INVALID_COMPOSE',
    });
    await expect(stacks.add([join(folder, 'gone.yaml')], null)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(addedStacks()).toEqual([]);
  });

  it('defines a stack for this process alone', async () => {
    const { stacks, ids, addedStacks } = registry();
    const { id } = await stacks.define([join(folder, 'mine/compose.yaml')], { project: 'other' });
    expect([await ids(), addedStacks()]).toEqual([['sandbox', 'files-other'], []]);
    expect((await stacks.load(await stacks.entry(id))).project.name).toBe('other');
    await stacks.forget(id);
    expect(await ids()).toEqual(['sandbox']);
  });

  it('never forgets a built-in stack, and names one that is not there', async () => {
    const { stacks } = registry();
    await expect(stacks.forget('sandbox')).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(stacks.forget('gone')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(stacks.entry('gone')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      data: { kind: 'stack', name: 'gone' },
    });
  });
});
