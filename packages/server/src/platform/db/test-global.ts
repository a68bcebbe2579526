import type { TestProject } from 'vitest/node'
import { startTestServer, type TestServer } from './test-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    testServer: TestServer
  }
}

/** Vitest calls this once per run, before the first database test. CHENGYUN_TEST_DB=server takes the system's PostgreSQL. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { stop, ...server } = await startTestServer(process.env.CHENGYUN_TEST_DB === 'server' ? 'server' : 'embedded')
  project.provide('testServer', server)
  return stop
}
