/** A window on one VPS, for the specs of Hosts, of preparing and of the questions of the sign-in. */
import { createRouterClient } from '@orpc/server';
import { Route, Routes } from 'react-router';
import { vi } from 'vitest';
import {
  defaultSettings,
  type Forward,
  type Host,
  type PreparePlan,
  type PrepareRun,
  type SignInQuestion,
} from '../../preload/contract';
import { HostsScreen } from '../features/hosts';
import { OverviewScreen } from '../features/overview';
import { PrepareScreen } from '../features/prepare';
import { SignInDialog } from '../features/sign-in';
import { listed, os, refusing } from '../rpc/main.fixture';
import { hop, MACHINE, VPS_ID, vps } from '../rpc/samples.fixture';
import { drawWindow } from './window.fixture';

const bareMachine: PreparePlan = {
  hostId: VPS_ID,
  machine: MACHINE,
  at: 1,
  root: 'root',
  assessment: [
    { id: 'cpu', title: 'Processor', state: 'warn', measured: '2 cores', wanted: '8 cores', advice: '' },
  ],
  steps: [
    {
      id: 'engine',
      title: 'Install',
      state: 'needed',
      reason: 'None.',
      commands: ['apt-get'],
      confirm: [],
      undo: [],
    },
    {
      id: 'swap',
      title: 'Swap',
      state: 'needed',
      reason: 'Short.',
      commands: ['mkswap'],
      confirm: [],
      undo: [],
    },
  ],
};

interface Given {
  host?: Host;
  questions?: SignInQuestion[];
  runs?: PrepareRun[];
  plan?: PreparePlan;
  forwards?: Forward[];
}

function main({ host = vps, questions = [], runs = [], plan = bareMachine, forwards = [] }: Given) {
  const calls = { answer: vi.fn(), add: vi.fn(), run: vi.fn(), forget: vi.fn() };
  const router = os.router({
    ...refusing,
    hosts: {
      ...refusing.hosts,
      watch: os.hosts.watch.handler(({ signal }) => listed([host], signal)),
      questions: os.hosts.questions.handler(({ signal }) => listed(questions, signal)),
      answer: os.hosts.answer.handler(({ input }) => {
        calls.answer(input);
      }),
      aliases: os.hosts.aliases.handler(() => [{ alias: 'shop', description: 'root@203.0.113.10' }]),
      add: os.hosts.add.handler(({ input }) => {
        calls.add(input.destination);
        return host;
      }),
      forget: os.hosts.forget.handler(({ input }) => {
        calls.forget(input.hostId);
      }),
      probe: os.hosts.probe.handler(async function* () {
        yield {
          hops: [
            hop('name', 'passed'),
            hop('tcp', 'failed', { finding: 'refused', advice: 'Check the port.' }),
          ],
        };
      }),
    },
    prepare: {
      ...refusing.prepare,
      plan: os.prepare.plan.handler(() => plan),
      run: os.prepare.run.handler(({ input }) => {
        calls.run(input.steps);
        return { taskId: 't' };
      }),
      watch: os.prepare.watch.handler(({ signal }) => listed(runs, signal)),
    },
    forwards: {
      ...refusing.forwards,
      watch: os.forwards.watch.handler(({ signal }) => listed(forwards, signal)),
    },
    tasks: { ...refusing.tasks, watch: os.tasks.watch.handler(({ signal }) => listed([], signal)) },
    settings: { ...refusing.settings, get: os.settings.get.handler(() => defaultSettings) },
  });
  return { router, calls };
}

export function showHosts(path: string, given: Given = {}) {
  const { router, calls } = main(given);
  drawWindow(
    createRouterClient(router),
    path,
    <>
      <Routes>
        <Route path="/" element={<OverviewScreen />} />
        <Route path="/hosts/:host?" element={<HostsScreen />} />
        <Route path="/hosts/:host/prepare" element={<PrepareScreen />} />
      </Routes>
      <SignInDialog />
    </>,
  );
  return calls;
}
