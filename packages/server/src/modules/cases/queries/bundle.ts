import { createHash } from 'node:crypto'
import { type BundleDay, type CaseBundle, sealBundle } from '@chengyun/contract/history'
import { sql } from 'kysely'
import type { Actor } from '../../../platform/actor.ts'
import { listEvidence } from '../../media/index.ts'
import { dayOf } from '../commands/numbers.ts'
import { proofOf } from '../commands/roots.ts'
import { factsOf } from '../domain/plan.ts'
import type { CaseRecord } from '../domain/record.ts'
import type { CaseEnv } from '../env.ts'
import { listSteps } from './view.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** A case with everything needed to prove its history without this server (docs/operate/verify.md). */
export async function exportBundle(env: CaseEnv, actor: Actor, record: CaseRecord, now: Date): Promise<CaseBundle> {
  const steps = await listSteps(env.db, record.id)
  const { items } = await listEvidence(env.db, 'case', record.id, actor)
  const moved = new Set(steps.map((s) => dayOf(s.at, env.timeZone)))
  const first = [...moved].sort()[0]!
  const { rows } = await sql<{ day: string; root: string; merkle: string; prev_root: string; case_count: number }>`
    select to_char(day, 'YYYY-MM-DD') as day, root, merkle, prev_root, case_count from cases.day_root where day >= ${first}::date order by day`.execute(
    env.db
  )
  const days: BundleDay[] = []
  for (const d of rows) {
    const proof = moved.has(d.day) ? await proofOf(env.db, d.day, record.id, env.timeZone) : null
    days.push({
      day: d.day,
      timeZone: env.timeZone,
      count: d.case_count,
      merkle: d.merkle,
      prevRoot: d.prev_root,
      root: d.root,
      ...(proof && { proof })
    })
  }
  // Facts that were set and taken back stand in the history as null; the snapshot must say so too.
  const ever = new Set(steps.flatMap((s) => Object.keys((s.data.facts as object | undefined) ?? {})))
  const standing: Record<string, unknown> = factsOf(record)
  const facts = Object.fromEntries([...ever].map((k) => [k, standing[k] ?? null]))
  return sealBundle(
    {
      exportedAt: now.toISOString(),
      case: {
        id: record.id,
        caseNo: record.caseNo,
        status: record.status,
        lastSeq: record.version,
        lastHash: record.lastHash,
        facts
      },
      steps: steps.map((s) => ({
        seq: s.seq,
        at: s.at.toISOString(),
        op: s.op,
        fromStatus: s.from_status,
        toStatus: s.to_status,
        actorId: s.actor_id,
        actorName: s.actor_name,
        unitId: s.unit_id,
        opinion: s.opinion,
        data: s.data,
        prevHash: s.prev_hash,
        hash: s.hash
      })),
      evidence: items.map((e) => ({ id: e.id, sha256: e.sha256, phase: e.phase, mime: e.mime, size: e.size })),
      dailyRoots: days
    },
    sha256
  )
}
