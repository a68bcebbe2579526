/**
 * A process for embedded.db.test.ts to kill: opens the data directory given as argument and writes rows, one transaction each,
 * printing a number only after its commit has been acknowledged.
 */
import { sql } from 'kysely'
import { runInTransaction } from '../db.ts'
import { openDatabase } from './open.ts'

const { db } = await openDatabase({ dataDir: process.argv[2] ?? '' })
await sql`create table if not exists public.acked (n bigint primary key)`.execute(db)
for (let n = 1; ; n++) {
  await runInTransaction(db, (tx) => sql`insert into public.acked select coalesce(max(n), 0) + 1 from public.acked`.execute(tx))
  process.stdout.write(`${n}\n`)
}
