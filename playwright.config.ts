import { defineConfig } from '@playwright/test';

/** The real window on a real engine: one at a time, because the specs share ports and the display. */
export default defineConfig({
  testDir: 'e2e/specs',
  testMatch: '**/*.spec.ts',
  outputDir: 'out/e2e',
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  timeout: 240_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json', { outputFile: 'out/e2e-report.json' }]],
  use: { trace: 'retain-on-failure' },
});
