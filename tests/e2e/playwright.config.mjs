import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.spec.mjs',
  globalSetup: './sandbox.mjs',
  // In /target, which git ignores.
  outputDir: fileURLToPath(new URL('../../target/e2e', import.meta.url)),
  reporter: 'list',
  // The tests share one sandbox, and CI has two cores: one for the sandbox, one for the browser.
  workers: 1,
  fullyParallel: false,
  // A test that passes at the second try hides a defect.
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 30_000,
  use: {
    // Set by the global setup, which runs before the workers that read this.
    baseURL: process.env.SANDBOX_URL,
    locale: 'en-US',
    timezoneId: 'UTC',
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
      // Without a network Chromium would wait for its own services at every start.
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
