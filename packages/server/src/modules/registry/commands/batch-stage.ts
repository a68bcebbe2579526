import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import { sql } from 'kysely'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { Db, Tx } from '../../../platform/db.ts'
import { poolOf } from '../../../platform/db.ts'
import type { Refused } from '../domain/batch/block.ts'
import { COPY_END, COPY_HEAD } from '../domain/batch/copy-rows.ts'
import { STAGE_COLUMNS, stageTable as stageName } from '../domain/batch/stage.ts'

/** Lock class of batches: one process at a time works on one. */
const BATCH_LOCK = 727_010

export { STAGE_ONLY, stageTable as stageName } from '../domain/batch/stage.ts'

/** A connection that belongs to one batch while it is worked on. */
export type BatchClient = pg.PoolClient

/** Makes the stage of a batch: like a partition of items, which it may become. */
export async function makeStage(tx: Tx, batch: { id: string; type_id: string }, now: Date): Promise<void> {
  const stage = sql.raw(stageName(batch.id))
  await sql`create table ${stage} (like registry.item including defaults including constraints)`.execute(tx)
  // Asked for each row anew it would cost more than the rest of the row; a register that is put in place as a whole is read anew as a whole.
  const { rows: xid } = await sql<{ xid: string }>`select pg_current_xact_id()::text as xid`.execute(tx)
  await sql`alter table ${stage} add column row_no integer not null, add column made boolean not null, add column declared text,
    alter column type_id set default ${sql.lit(batch.type_id)}, alter column batch_id set default ${sql.lit(batch.id)}::uuid,
    alter column created_at set default ${sql.lit(now.toISOString())}::timestamptz, alter column updated_at set default ${sql.lit(now.toISOString())}::timestamptz,
    alter column rev set default ${sql.lit(xid[0]?.xid ?? '0')}::bigint, add constraint stage_type check (type_id = ${sql.lit(batch.type_id)})`.execute(
    tx
  )
  // Nobody reads it yet, and its dead rows are few.
  await sql`alter table ${stage} set (autovacuum_enabled = false)`.execute(tx)
}

/** Throws away the stage of a batch. */
export async function dropStage(tx: Tx, batch: { id: string }): Promise<void> {
  await sql`drop table if exists ${sql.raw(stageName(batch.id))}`.execute(tx)
}

/**
 * Runs work on a batch with a connection of its own, if no other process is at it. Answers whether it ran. The lock goes with the connection: when
 * a process dies, another one may go on.
 */
export async function holdBatch(db: Db, batchId: string, work: (client: pg.PoolClient) => Promise<void>): Promise<boolean> {
  const client = await poolOf(db).connect()
  try {
    const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1, hashtext($2)) as got', [
      BATCH_LOCK,
      batchId
    ])
    if (!rows[0]?.got) return false
    try {
      await work(client)
    } finally {
      await client.query('select pg_advisory_unlock($1, hashtext($2))', [BATCH_LOCK, batchId])
    }
    return true
  } finally {
    client.release()
  }
}

export interface Piece {
  batchId: string
  fileNo: number
  /** Rows as StageRows wrote them. */
  rows: readonly Uint8Array[]
  refused: readonly Refused[]
  /** State of the batch after this piece. */
  progress: object
  fileRows: number
  fileRejected: number
}

/**
 * Sends a piece of rows to the stage and writes down how far the reading is, in one transaction: after a broken process nothing is there twice
 * and nothing is missing. Answers false when the batch is no longer being read (somebody cancelled it).
 */
export async function sendPiece(client: pg.ClientBase, piece: Piece): Promise<boolean> {
  await client.query('begin')
  try {
    // A crash of the machine takes rows and the note of how far the reading is together: nothing has to wait for the disk.
    await client.query('set local synchronous_commit = off')
    const { rowCount } = await client.query(
      "update registry.batch set progress = $2::jsonb, updated_at = now() where id = $1 and state = 'reading'",
      [piece.batchId, JSON.stringify(piece.progress)]
    )
    if (rowCount !== 1) {
      await client.query('rollback')
      return false
    }
    if (piece.rows.length > 0) await copyIn(client, piece)
    await client.query('update registry.batch_file set rows = $3, rejected = $4 where batch_id = $1 and no = $2', [
      piece.batchId,
      piece.fileNo,
      piece.fileRows,
      piece.fileRejected
    ])
    if (piece.refused.length > 0)
      await client.query(
        `insert into registry.reject (batch_id, row_no, code, reasons, fields, file_no, file_row)
         select $1, r.row_no, r.code, r.reasons, r.fields, $2, r.file_row
         from jsonb_to_recordset($3::jsonb) as r(row_no bigint, file_row bigint, code text, reasons jsonb, fields jsonb)`,
        [
          piece.batchId,
          piece.fileNo,
          JSON.stringify(
            piece.refused.map((r) => ({
              row_no: r.rowNo,
              file_row: r.fileRow,
              code: r.code,
              reasons: r.reasons,
              fields: r.fields
            })),
            // PostgreSQL takes no zero characters in texts.
            (_key, value: unknown) =>
              typeof value === 'string' && value.includes('\u0000') ? value.replaceAll('\u0000', '') : value
          )
        ]
      )
    await client.query('commit')
    return true
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  }
}

const PIECE_BYTES = 1 << 18

async function copyIn(client: pg.ClientBase, { batchId, rows }: Piece): Promise<void> {
  const into = client.query(copyFrom(`copy ${stageName(batchId)} (${STAGE_COLUMNS.join(', ')}) from stdin (format binary)`))
  const end = finished(into)
  end.catch(() => undefined)
  into.write(COPY_HEAD)
  for (const part of rows)
    for (let at = 0; at < part.length; at += PIECE_BYTES)
      if (!into.write(part.subarray(at, at + PIECE_BYTES))) await Promise.race([once(into, 'drain'), end])
  into.end(COPY_END)
  await end
}
