/** Closing the window while work runs: asked about while the window still stands, and either answer is kept. */
import type { ChildProcess } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ElectronApplication, expect, test } from '@playwright/test';
import { freshHome, type OpenConsole, openConsole } from '../support/console-window';
import { openTestSession, removeProject, uniqueProject } from '../support/engine';
import { tinyImage } from '../support/images';
import { inMain } from '../support/in-main';

const home = freshHome();
const project = uniqueProject('closing');
const lock = `bizosaas-lock-${project}`;
let console: OpenConsole;
/** Held apart: a closed application no longer names its process. */
let electron: ChildProcess;

test.beforeAll(async () => {
  const session = openTestSession();
  const image = await tinyImage(session);
  session.engine.close();
  // Never healthy, so that the apply runs for as long as the test needs it.
  const web = {
    image,
    command: ['sleep', '600'],
    stop_signal: 'SIGKILL',
    healthcheck: { test: ['CMD', 'false'] },
  };
  const file = join(home, 'compose.yaml');
  writeFileSync(file, JSON.stringify({ name: project, services: { web } }));
  console = await openConsole(home);
  electron = console.application.process();
  await answerFileDialog(console.application, file);
});

test.afterAll(async () => {
  if (electron.exitCode === null) electron.kill('SIGKILL');
  const session = openTestSession();
  await removeProject(session, project);
  await session.engine.removeContainer(lock, { force: true, volumes: true });
  session.engine.close();
  rmSync(home, { recursive: true, force: true });
});

test('keeps running when the person says so, and cancels and ends when not', async () => {
  const { application, page } = console;
  await page.getByRole('button', { name: 'Open Compose files' }).click();
  await expect(page.getByRole('heading', { level: 1, name: new RegExp(`Deploy.*${project}`) })).toBeVisible();
  await page.getByRole('button', { name: /^Apply/ }).click();
  await expect(page.getByRole('button', { name: 'Cancel', exact: true })).toBeVisible();

  await answerQuestion(application, 0);
  await closeWindow(application);
  await expect.poll(() => questions(application)).toEqual([expect.stringContaining(project)]);
  expect(await windowIsVisible(application)).toBe(true);
  await expect(page.getByRole('button', { name: 'Cancel', exact: true })).toBeVisible();

  await answerQuestion(application, 1);
  const ended = application.waitForEvent('close');
  await closeWindow(application);
  await ended;
  expect(await lockExists()).toBe(false);
});

async function lockExists(): Promise<boolean> {
  const session = openTestSession();
  const containers = await session.engine.listContainers([]);
  session.engine.close();
  return containers.some((container) => container.name === lock);
}

async function answerFileDialog(application: ElectronApplication, file: string): Promise<void> {
  const answer = (electron: typeof import('electron'), path: string) => {
    electron.dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [path] });
  };
  await inMain(application, answer, file);
}

/** `response` 0 keeps running, 1 cancels and quits. */
async function answerQuestion(application: ElectronApplication, response: number): Promise<void> {
  const answerWith = ({ dialog }: typeof import('electron'), answer: number) => {
    const asked: string[] = [];
    Object.assign(globalThis, { asked });
    dialog.showMessageBox = async (...words: unknown[]) => {
      asked.push(JSON.stringify(words.at(-1)));
      return { response: answer, checkboxChecked: false };
    };
  };
  await inMain(application, answerWith, response);
}

function questions(application: ElectronApplication): Promise<unknown> {
  return inMain(application, () => Reflect.get(globalThis, 'asked'), null);
}

async function closeWindow(application: ElectronApplication): Promise<void> {
  await inMain(application, ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close(), null);
}

function windowIsVisible(application: ElectronApplication): Promise<boolean> {
  return inMain(
    application,
    ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible() ?? false,
    null,
  );
}
