import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { composeSchemaPlugin } from './main/services/stacks/compose-file/schema/build-plugin';

/** `unit` touches no engine and no network; `integration` runs on the real engine, two files at a time. */
export default defineConfig({
  test: {
    projects: [
      {
        plugins: [composeSchemaPlugin()],
        test: {
          name: 'unit',
          environment: 'node',
          include: ['{main,preload,stacks,e2e/bench}/**/*.spec.ts'],
          testTimeout: 10_000,
        },
      },
      {
        plugins: [react()],
        test: { name: 'window', environment: 'happy-dom', include: ['renderer/**/*.spec.{ts,tsx}'] },
      },
      {
        plugins: [composeSchemaPlugin()],
        test: {
          name: 'integration',
          environment: 'node',
          include: ['e2e/integration/**/*.spec.ts'],
          // They wait for engines more than they compute; more at once would starve each other on two cores.
          maxWorkers: 2,
          testTimeout: 120_000,
          // Room for the first one to make the image of a whole machine.
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
