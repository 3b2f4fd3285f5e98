import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { composeSchemaPlugin } from './main/services/stacks/compose-file/schema/build-plugin';

/** `unit` touches no engine and no network; `integration` runs on the real engine, one file at a time. */
export default defineConfig({
  test: {
    projects: [
      {
        plugins: [composeSchemaPlugin()],
        test: {
          name: 'unit',
          environment: 'node',
          include: ['{main,preload,stacks}/**/*.spec.ts'],
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
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
