import { AsyncLocalStorage } from 'node:async_hooks'
import type { Kysely, Transaction } from 'kysely'
import type pg from 'pg'
import { instantsAsText } from './db/types.ts'

/** All tables, keyed `schema.table`. Each module adds its own by declaration merging in its tables.ts. */
// biome-ignore lint/suspicious/noEmptyInterface: the modules fill it
export interface Tables {}

/** The handle for reading. Outside a transaction every query may run on another connection. */
export type Db = Kysely<Tables>

/** The handle for writing: what takes a Tx runs inside its caller's transaction and sees nothing else. */
export type Tx = Transaction<Tables>

/** The mark that a transaction is open in this asynchronous context. Closed, not removed: work it started may outlive it. */
const transactionMark = new AsyncLocalStorage<{ open: boolean }>()

/** Pools by their outer handle, for what Kysely has no word for (named statements, COPY, LISTEN). */
const pools = new WeakMap<object, pg.Pool>()

/** Thrown when code inside a transaction reaches for the outer handle: it would leave the transaction, or wait for itself. */
export class OuterHandleError extends Error {
  readonly code = 'OUTER_HANDLE_IN_TRANSACTION'

  constructor() {
    super('OUTER_HANDLE_IN_TRANSACTION: a transaction is open here; use the Tx you were given, not the outer Db')
    this.name = 'OuterHandleError'
  }
}

/** Throws OUTER_HANDLE_IN_TRANSACTION when a transaction is open in this asynchronous context. */
export function assertOutsideTransaction(): void {
  if (transactionMark.getStore()?.open) throw new OuterHandleError()
}

/**
 * Opens the one transaction of a command and runs `fn` in it; commits when it returns, rolls back when it throws. While it is
 * open, every connection asked of the outer handle in the same asynchronous context is refused, another transaction included.
 */
export async function runInTransaction<T>(db: Db, fn: (tx: Tx) => Promise<T>): Promise<T> {
  assertOutsideTransaction()
  return db.transaction().execute(async (tx) => {
    const mark = { open: true }
    try {
      return await transactionMark.run(mark, () => fn(tx))
    } finally {
      mark.open = false
    }
  })
}

/** Remembers the pool behind a handle; called once by openDatabase. */
export function registerPool(db: Db, pool: pg.Pool): void {
  pools.set(db, pool)
}

/** The pool behind an outer handle (not behind a Tx). Its connect() is guarded like the handle itself. */
export function poolOf(db: Db): pg.Pool {
  const pool = pools.get(db)
  if (!pool) throw new Error('poolOf: not a handle of openDatabase (a transaction has no pool)')
  return pool
}

/**
 * Runs one named prepared statement in one round trip, committed by itself: for the few hot paths that put a whole state change
 * into one SQL function or one WITH chain. The text behind a name must never change while the process lives.
 * Throws OUTER_HANDLE_IN_TRANSACTION inside a transaction.
 */
export async function prepared<R extends pg.QueryResultRow>(
  db: Db | pg.Pool,
  name: string,
  text: string,
  values: unknown[]
): Promise<R[]> {
  assertOutsideTransaction()
  const pool = pools.get(db) ?? (db as pg.Pool)
  const { rows } = await pool.query<R>({ name, text, values })
  return rows
}

/**
 * Runs a query outside any transaction and answers its rows as arrays in the order of the columns, instants as ISO text: for pages of
 * wide rows, where the driver's objects and dates cost more than finding them. With a name it is prepared once a connection.
 * Throws OUTER_HANDLE_IN_TRANSACTION inside a transaction.
 */
export async function readArrays(
  db: Db,
  query: { sql: string; parameters: readonly unknown[] },
  name?: string
): Promise<unknown[][]> {
  assertOutsideTransaction()
  const { rows } = await poolOf(db).query<unknown[]>({
    text: query.sql,
    values: [...query.parameters],
    rowMode: 'array',
    types: instantsAsText,
    ...(name !== undefined && { name })
  })
  return rows
}
