import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { socketUrl } from './db/embedded.ts'
import { type Database, openUrl } from './db/open.ts'
import type { Db } from './db.ts'
import './db/test-global.ts'
import { administer } from './db/test-server.ts'

export interface TestDatabase extends Database {
  db: Db
  /** Ends the connections and drops the database. */
  close(): Promise<void>
}

export interface TestDbOptions {
  /** True: without schemas and tables, for tests of migrating itself. */
  empty?: boolean
  /** Connections, default 5. */
  poolSize?: number
}

/** A fresh database of this test run, cloned from the migrated template in milliseconds. Call close() in afterAll. */
export async function testDb(options: TestDbOptions = {}): Promise<TestDatabase> {
  const { socketDir, port, template } = inject('testServer')
  const name = `t_${randomBytes(6).toString('hex')}`
  await administer(socketDir, port, `create database ${name} ${options.empty ? '' : `template ${template} strategy file_copy`}`)
  const opened = await openUrl(socketUrl(socketDir, port, name), options.poolSize ?? 5)
  const close = async () => {
    await opened.close()
    await administer(socketDir, port, `drop database if exists ${name} with (force)`)
  }
  return { ...opened, kind: inject('testServer').kind, close }
}
