import { defineConfig } from 'vitest/config'

const elsewhere = ['**/node_modules/**', '**/dist/**', 'e2e/**', '**/.data/**']

/** `unit` needs nothing; `db` starts one PostgreSQL per run (CHENGYUN_TEST_DB=server: the system's instead of the embedded one). */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{packages,tools,bench,cities}/**/*.test.{ts,tsx}'],
          exclude: [...elsewhere, '**/*.db.test.ts'],
          sequence: { groupOrder: 0 }
        }
      },
      {
        test: {
          name: 'db',
          include: ['packages/**/*.db.test.ts'],
          exclude: elsewhere,
          globalSetup: ['packages/server/src/platform/db/test-global.ts'],
          pool: 'forks',
          maxWorkers: 2,
          // Generous: a machine that is busy with others is slow, and a second (the default of poll) is nothing there.
          testTimeout: 60_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 20_000, interval: 50 } },
          sequence: { groupOrder: 1 }
        }
      }
    ]
  }
})
