import { defineConfig } from 'vitest/config';

/** The tests of the domain alone: Stryker breaks the domain thousands of times, and asks them whether they notice. */
export default defineConfig({ test: { include: ['test/domain/**/*.test.ts'], isolate: false, testTimeout: 60_000 } });
