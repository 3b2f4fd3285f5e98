import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/** `unit` touches no engine and no network; `integration` runs on the real engine, one file at a time. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', environment: 'node', include: ['{main,preload,stacks}/**/*.spec.ts'], testTimeout: 10_000 } },
      {
        plugins: [react()],
        test: { name: 'window', environment: 'happy-dom', include: ['renderer/**/*.spec.{ts,tsx}'] },
      },
      {
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
