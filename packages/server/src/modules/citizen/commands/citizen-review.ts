import type { MaskBox } from '@chengyun/contract/public'
import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import { newId } from '../../../platform/ids.ts'
import { linkEvidence } from '../../media/index.ts'

export interface Rating {
  caseId: string
  score: number
  satisfied: boolean
  text: string
}

/** A citizen's rating, once a case. False: it was rated before. */
export const keepRating = command(async (tx, r: Rating, { now }): Promise<boolean> => {
  const done = await sql`insert into citizen.rating (case_id, score, satisfied, text, visited, at)
    values (${r.caseId}, ${r.score}, ${r.satisfied}, ${r.text}, false, ${now}) on conflict do nothing`.execute(tx)
  return done.numAffectedRows === 1n
})
/** The rating stands in the history of the case as its visit. */
export const markVisited = command(async (tx, input: { caseId: string }) => {
  await sql`update citizen.rating set visited = true where case_id = ${input.caseId}`.execute(tx)
})

export interface ReopenAsked {
  caseId: string
  caseNo: string
  address: string
  reason: string
  fileIds: string[]
}

/** A request to open a case again waits for a reviewer; its photos join the case. False: one is waiting already. */
export const askReopen = command(async (tx, r: ReopenAsked, ctx): Promise<boolean> => {
  const done = await sql`insert into citizen.review (id, kind, case_id, state, words, reason, file_ids, asked_at)
    values (${newId(ctx.now.getTime())}, 'reopen', ${r.caseId}, 'open', '{}', ${r.reason}, ${r.fileIds}, ${ctx.now})
    on conflict (case_id, kind) where state = 'open' do nothing`.execute(tx)
  if (done.numAffectedRows !== 1n) return false
  const link = { ids: r.fileIds, ownerType: 'case', ownerId: r.caseId, caseNo: r.caseNo, address: r.address }
  if (r.fileIds.length > 0) await linkEvidence.within(tx, link, ctx)
  return true
})

export interface Decision {
  id: string
  caseId: string
  kind: 'words' | 'reopen'
  approve: boolean
  note: string | null
}

/** A reviewer's decision, on the audit trail. False: somebody else decided before. An approved report becomes public as it was meant. */
export const decide = command(async (tx, d: Decision, { actor, now, audit }): Promise<boolean> => {
  const done =
    await sql`update citizen.review set state = ${d.approve ? 'approved' : 'rejected'}, decided_at = ${now}, decided_by = ${actor.id},
      decided_by_name = ${actor.name}, note = ${d.note} where id = ${d.id} and state = 'open'`.execute(tx)
  if (done.numAffectedRows !== 1n) return false
  if (d.kind === 'words' && d.approve) {
    await sql`update citizen.report set held = false where case_id = ${d.caseId}`.execute(tx)
    await sql`delete from citizen.private_case where case_id = ${d.caseId} and reason = 'held'`.execute(tx)
  }
  audit({
    action: `citizen.review.${d.kind}`,
    objectType: 'case',
    objectId: d.caseId,
    after: { approve: d.approve },
    result: 'ok',
    ...(d.note && { reason: d.note })
  })
  return true
})

export interface PhotoDecision {
  fileId: string
  caseId: string
  boxes: MaskBox[]
  release: boolean
}

/** Releases a photo with its boxes, or withholds it; the last word counts. On the audit trail. */
export const decidePhoto = command(async (tx, p: PhotoDecision, { actor, now, audit }) => {
  const { rows } = await sql<{
    released: boolean
    boxes: unknown
  }>`select released, boxes from citizen.photo where file_id = ${p.fileId} for update`.execute(tx)
  await sql`insert into citizen.photo (file_id, case_id, released, boxes, decided_at, decided_by, decided_by_name)
    values (${p.fileId}, ${p.caseId}, ${p.release}, ${JSON.stringify(p.boxes)}::jsonb, ${now}, ${actor.id}, ${actor.name})
    on conflict (file_id) do update set released = excluded.released, boxes = excluded.boxes, decided_at = excluded.decided_at,
      decided_by = excluded.decided_by, decided_by_name = excluded.decided_by_name`.execute(tx)
  audit({
    action: 'citizen.photo.decide',
    objectType: 'media',
    objectId: p.fileId,
    before: rows[0] ?? null,
    after: { released: p.release, boxes: p.boxes },
    result: 'ok'
  })
})

/** The whole list of blocked words; the one before is on the audit trail. */
export const saveBlockedWords = command(async (tx, input: { words: readonly string[] }, { audit }) => {
  const { rows } = await sql<{ word: string }>`delete from citizen.blocked_word returning word`.execute(tx)
  const words = [...new Set(input.words.map((w) => w.trim()).filter((w) => w !== ''))]
  if (words.length > 0) await sql`insert into citizen.blocked_word (word) select unnest(${words}::text[])`.execute(tx)
  const before = rows.map((r) => r.word)
  audit({
    action: 'citizen.words.save',
    objectType: 'blocked-words',
    objectId: 'all',
    before: { removed: before.filter((w) => !words.includes(w)) },
    after: { added: words.filter((w) => !before.includes(w)) },
    result: 'ok'
  })
})
