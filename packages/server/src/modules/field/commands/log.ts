import type { FieldKind, FieldResult } from '@chengyun/contract/field'
import { sql } from 'kysely'
import { type CommandContext, command } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { findDone } from '../queries/operations.ts'

/** An operation as it came, with its moment by our clock. */
export interface Received {
  key: string
  kind: FieldKind
  deviceId: string
  fingerprint: string
  capturedAt: string
  correctedAt: Date
  driftMs: number
  place: readonly [number, number] | null
  accuracyM: number | null
}
export interface Judged extends Received {
  outcome: 'done' | 'conflict' | 'refused'
  errorCode: string | null
  result: FieldResult | null
}

/** Keeps what became of an operation. What was done once stays as it was answered then. */
export const keepOperation = command(async (tx, j: Judged, { actor, now }): Promise<void> => {
  await sql`insert into field.operation (user_id, key, device_id, kind, fingerprint, captured_at, corrected_at, received_at, drift_ms, lng, lat, accuracy_m, outcome, error_code, result)
    values (${actor.id}, ${j.key}, ${j.deviceId}, ${j.kind}, ${j.fingerprint}, ${j.capturedAt}, ${j.correctedAt}, ${now}, ${j.driftMs}, ${j.place?.[0] ?? null}, ${j.place?.[1] ?? null},
      ${j.accuracyM}, ${j.outcome}, ${j.errorCode}, ${j.result && JSON.stringify(j.result)}::jsonb)
    on conflict (user_id, key) do update set outcome = excluded.outcome, error_code = excluded.error_code, result = excluded.result, fingerprint = excluded.fingerprint,
      received_at = excluded.received_at, attempts = field.operation.attempts + 1 where field.operation.outcome <> 'done'`.execute(
    tx
  )
})

/**
 * Does a piece of work of this person once by its key: what came twice at the same moment waits and answers what the first made. Holds
 * the person's lock until the transaction ends.
 */
export async function once(
  tx: Tx,
  ctx: CommandContext,
  received: Received,
  work: () => Promise<FieldResult>
): Promise<FieldResult> {
  await sql`select pg_advisory_xact_lock(727011, hashtext(${ctx.actor.id}))`.execute(tx)
  const earlier = await findDone(tx, ctx.actor.id, received.key)
  if (earlier?.result) return earlier.result
  const result = await work()
  await keepOperation.within(tx, { ...received, outcome: 'done', errorCode: null, result }, ctx)
  return result
}

/** Remembers a device and how wrong its clock is. */
export const keepDevice = command(async (tx, { deviceId, driftMs }: { deviceId: string; driftMs: number }, { actor, now }) => {
  await sql`insert into field.device (user_id, device_id, drift_ms, seen_at) values (${actor.id}, ${deviceId}, ${driftMs}, ${now})
    on conflict (user_id, device_id) do update set drift_ms = excluded.drift_ms, seen_at = excluded.seen_at`.execute(tx)
})

/**
 * Makes evidence the answer to an upload; answers the one that counts: the same bytes of the same person for the same phase are the same
 * evidence, unless that was removed meanwhile.
 */
export const keepUpload = command(
  async (tx, u: { sha256: string; phase: string; evidenceId: string }, { actor, now }): Promise<string> => {
    await sql`insert into field.upload (user_id, sha256, phase, evidence_id, at) values (${actor.id}, ${u.sha256}, ${u.phase}, ${u.evidenceId}, ${now})
      on conflict (user_id, sha256, phase) do update set evidence_id = excluded.evidence_id, at = excluded.at
      where not exists (select 1 from media.pub_file f where f.id = field.upload.evidence_id)`.execute(tx)
    const { rows } = await sql<{ evidence_id: string }>`select evidence_id from field.upload
      where user_id = ${actor.id} and sha256 = ${u.sha256} and phase = ${u.phase}`.execute(tx)
    return rows[0]!.evidence_id
  }
)

/** Removes what need not be kept: old operations and uploads, old tracks, shifts nobody ended. Answers how many rows. */
export const tidy = command(
  async (
    tx,
    { trackDays, operationDays, shiftHours }: { trackDays: number; operationDays: number; shiftHours: number },
    { now }
  ) => {
    const before = (ms: number) => new Date(now.getTime() - ms)
    const day = 86_400_000
    const removed = await sql`delete from field.track where at < ${before(trackDays * day)}`.execute(tx)
    await sql`delete from field.operation where received_at < ${before(operationDays * day)}`.execute(tx)
    await sql`delete from field.upload where at < ${before(operationDays * day)}`.execute(tx)
    // Whoever forgot to clock out left when he was last seen.
    const ended = await sql`update field.shift set ended_at = coalesce(last_at, started_at), ended_by = 'platform'
      where ended_at is null and greatest(coalesce(last_at, started_at), started_at) < ${before(shiftHours * 3_600_000)}`.execute(
      tx
    )
    return { tracks: Number(removed.numAffectedRows ?? 0), shifts: Number(ended.numAffectedRows ?? 0) }
  }
)
