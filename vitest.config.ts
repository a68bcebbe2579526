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
          testTimeout: 30_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 }
        }
      }
    ]
  }
})
