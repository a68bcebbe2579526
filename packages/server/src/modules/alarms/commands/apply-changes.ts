import { sql } from 'kysely'
import type { Tx } from '../../../platform/db.ts'
import { newId } from '../../../platform/ids.ts'
import { packedPairs } from '../../registry/index.ts'
import type { AlarmChange } from '../domain/change.ts'
import { changed, isTaken, raised, raiseStep, type StreamItem } from '../domain/fold.ts'
import { concerns, hidesAt, type Suppression } from '../domain/suppress.ts'
import { findTimeZone, itemsOfStreams } from '../queries/city.ts'
import { suppressionsAt } from '../queries/suppressions.ts'
import { announce } from './announce.ts'
import { command } from './command.ts'
import { lockBurst } from './lock.ts'
import { type Draft, draftOf, findAlarms } from './store.ts'

const keyOf = (c: { ruleId: string; streamId: number; beganAt: number }): string => `${c.ruleId}\n${c.streamId}\n${c.beganAt}`

/**
 * Writes what the judge found: raises, changes of level, ends. The same change again is no change, so a judge that died after this was
 * committed and goes on from an older checkpoint says nothing twice. Run it inside the transaction that keeps the journal number.
 */
export const applyChanges = command(async (tx, changes: readonly AlarmChange[], ctx): Promise<{ applied: number }> => {
  if (changes.length === 0) return { applied: 0 }
  const windows = await lockAll(tx, changes)
  const known = await knownAlarms(tx, changes)
  const items = await itemsOfStreams(
    tx,
    changes.filter((c) => c.kind === 'raise').map((c) => c.streamId)
  )
  const heads = new Map([...known].map(([key, draft]) => [key, { seq: draft.row.seq, judged_at: draft.row.judged_at }]))
  const drafts = new Map(known)
  const worse = new Map<string, 'raised' | 'level'>()
  let applied = 0
  for (const change of changes) {
    const key = keyOf({ ruleId: change.rule.id, streamId: change.streamId, beganAt: change.beganAt })
    // Compared with what the table had, not with what came a moment ago: one reading can raise an alarm and its level.
    const head = heads.get(key)
    if (head && isTaken(head, change)) continue
    const did = drafts.has(key) ? foldInto(drafts.get(key)!, change) : begin(drafts, key, change, items)
    if (did === null) continue
    applied += 1
    if (did !== 'less' && !change.late) worse.set(key, worse.get(key) === 'raised' ? 'raised' : did)
  }
  const fresh = [...drafts.values()].filter((d) => d.isNew)
  await hide(tx, fresh, windows)
  const loud = [...worse].filter(([key]) => isLoud(drafts.get(key)!)).map(([key, why]) => ({ draft: drafts.get(key)!, why }))
  await announce(tx, ctx, [...drafts.values()], loud)
  return { applied }
})

/** Nobody is woken for what is over before it is written, or hidden. */
const isLoud = ({ row }: Draft): boolean => row.cleared_at === null && row.suppression_id === null

/** Everything this will write, in the order of lock.ts. Answers the windows that can hide what is raised. */
async function lockAll(tx: Tx, changes: readonly AlarmChange[]): Promise<Suppression[]> {
  const raises = changes.filter((c) => c.kind === 'raise')
  const times = raises.map((c) => c.at)
  const windows =
    raises.length === 0 ? [] : await suppressionsAt(tx, new Date(Math.min(...times)), new Date(Math.max(...times)), true)
  const fresh = raises.filter((c) => !c.late).map(({ rule, at }) => ({ ...rule, at }))
  await lockBurst(tx, fresh, keyedBy(changes))
  return windows
}

const keyedBy = (changes: readonly AlarmChange[]) => {
  const keys = changes.map((c) => ({ rule_id: c.rule.id, stream_id: c.streamId, began_at: new Date(c.beganAt) }))
  return sql`(a.rule_id, a.stream_id, a.began_at) in (select k.rule_id, k.stream_id, k.began_at
    from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) k(rule_id text, stream_id int, began_at timestamptz))`
}

async function knownAlarms(tx: Tx, changes: readonly AlarmChange[]): Promise<Map<string, Draft>> {
  const rows = await findAlarms(tx, keyedBy(changes), true)
  return new Map(
    rows.map((r) => [keyOf({ ruleId: r.rule_id, streamId: r.stream_id, beganAt: r.began_at.getTime() }), draftOf(r)])
  )
}

function begin(drafts: Map<string, Draft>, key: string, change: AlarmChange, items: ReadonlyMap<number, StreamItem>) {
  const item = items.get(change.streamId)
  if (change.kind !== 'raise' || !item) return null
  const row = raised(newId(change.at), change, item)
  row.terms = packedPairs([row.title.zh, row.item_name, row.item_code, row.address])
  drafts.set(key, { row, isNew: true, from: null, steps: [raiseStep(row, change)] })
  return 'raised' as const
}

function foldInto(draft: Draft, change: AlarmChange): 'level' | 'less' | null {
  const did = changed(draft.row, change)
  if (!did) return null
  const isWorse = change.kind === 'level' && change.level < draft.row.level
  draft.row = did.row
  draft.steps.push(did.step)
  return isWorse ? 'level' : 'less'
}

/** Alarms in a window of suppression are recorded and counted, and nobody hears of them. */
async function hide(tx: Tx, fresh: readonly Draft[], windows: readonly Suppression[]): Promise<void> {
  if (fresh.length === 0 || windows.length === 0) return
  const zone = await findTimeZone(tx)
  const counts = new Map<string, number>()
  for (const draft of fresh) {
    const window = windows.find((w) => concerns(w.scope, draft.row) && hidesAt(w, draft.row.raised_at, zone))
    if (!window) continue
    draft.row.suppression_id = window.id
    draft.steps.push({ act: 'suppress', at: draft.row.raised_at, note: null, data: { suppressionId: window.id } })
    counts.set(window.id, (counts.get(window.id) ?? 0) + 1)
  }
  for (const [id, n] of counts)
    await sql`update alarms.suppression set hidden = hidden + ${n}::int where id = ${id}::uuid`.execute(tx)
}
