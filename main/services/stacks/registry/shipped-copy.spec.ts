import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { copyShipped } from './shipped-copy';

let root = '';
const shipped = (path: string): string => join(root, 'shipped', path);
const own = (path: string): string => join(root, 'own', path);
const text = (path: string): Promise<string> => readFile(path, 'utf8');
const copy = () => copyShipped(join(root, 'shipped'), join(root, 'own'));

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bizosaas-shipped-'));
  await mkdir(shipped('scripts'), { recursive: true });
  await writeFile(shipped('compose.yaml'), 'one');
  await writeFile(shipped('scripts/make.sh'), '#!/bin/sh');
  await chmod(shipped('scripts/make.sh'), 0o755);
});
afterEach(() => rm(root, { recursive: true, force: true }));

it('copies everything once, modes included, and changes nothing the second time', async () => {
  expect(await copy()).toEqual({ keptEdited: [] });
  expect(await text(own('compose.yaml'))).toBe('one');
  expect((await stat(own('scripts/make.sh'))).mode & 0o777).toBe(0o755);
  const before = (await stat(own('compose.yaml'))).ino;
  await copy();
  expect((await stat(own('compose.yaml'))).ino).toBe(before);
});

it('refreshes what was left alone', async () => {
  await copy();
  await writeFile(shipped('compose.yaml'), 'two');
  expect(await copy()).toEqual({ keptEdited: [] });
  expect(await text(own('compose.yaml'))).toBe('two');
});

it('keeps what the user changed, and puts the new one beside it', async () => {
  await copy();
  await writeFile(own('compose.yaml'), 'mine');
  expect(await copy()).toEqual({ keptEdited: [] });
  expect(await text(own('compose.yaml'))).toBe('mine');
  await writeFile(shipped('compose.yaml'), 'two');
  expect(await copy()).toEqual({ keptEdited: ['compose.yaml'] });
  expect([await text(own('compose.yaml')), await text(own('compose.yaml.new'))]).toEqual(['mine', 'two']);
});

it('leaves made files alone and never ships secrets', async () => {
  await mkdir(shipped('.secrets'));
  await writeFile(shipped('.secrets/postgres'), 'of the builder');
  await mkdir(own('.secrets'), { recursive: true });
  await writeFile(own('.secrets/jwt'), 'made here');
  await copy();
  expect(await readdir(own('.secrets'))).toEqual(['jwt']);
});

it('counts every file as the user’s when its notes are broken', async () => {
  await copy();
  await writeFile(own('.shipped.json'), '{ not json');
  await writeFile(shipped('compose.yaml'), 'two');
  expect(await copy()).toEqual({ keptEdited: ['compose.yaml'] });
  expect(await text(own('compose.yaml'))).toBe('one');
});
