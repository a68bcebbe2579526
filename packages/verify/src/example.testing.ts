import { createHash } from 'node:crypto'
import {
  type BundleDay,
  type CaseBundle,
  type ChainHead,
  type ChainStep,
  dayRoot,
  genesisRoot,
  inclusionProof,
  leafHash,
  merkleLevels,
  nextStep,
  sealBundle
} from '@chengyun/contract/history'
import { dayOf } from './days.ts'

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex')
const ZONE = 'Asia/Shanghai'

/** A whole, correct bundle for tests: six steps over three days, two photos, neighbours in the day trees. */
export function exampleBundle(neighbours = 6, photos: Record<string, string> = {}): CaseBundle {
  const caseId = '0198a000-0000-7000-8000-000000000001'
  const evidence = ['near', 'after'].map((phase, i) => ({
    id: `0198a000-0000-7000-8000-0000000000a${i}`,
    phase,
    sha256: photos[phase] ?? sha256(`photo ${phase}`),
    ...(photos[phase] !== undefined && { file: `evidence/${phase}.jpg` })
  }))
  const facts = [
    {
      op: 'report',
      at: '2026-03-05T01:02:03.000Z',
      to: 'reported',
      data: { facts: { class: '0101', place: [120.38, 36.07] }, evidence: [pick(evidence[0]!)] }
    },
    { op: 'accept', at: '2026-03-05T01:05:00.000Z', to: 'accepted', data: {} },
    { op: 'register', at: '2026-03-05T16:30:00.000Z', to: 'registered', data: { facts: { class: '0102' } } },
    { op: 'dispatch', at: '2026-03-06T01:00:00.000Z', to: 'dispatched', data: { facts: { unit: '市南区市政公用服务中心' } } },
    { op: 'finish', at: '2026-03-07T02:00:00.000Z', to: 'finished', data: { evidence: [pick(evidence[1]!)] } },
    { op: 'close', at: '2026-03-07T03:00:00.000Z', to: 'closed', data: null }
  ]
  const steps: ChainStep[] = []
  let head: ChainHead | null = null
  let status: string | null = null
  for (const { op, at, to, data } of facts) {
    const { caseId: _, ...step } = nextStep(
      head,
      {
        caseId,
        at,
        op,
        fromStatus: status,
        toStatus: to,
        actorId: 'u1',
        actorName: '张伟',
        unitId: null,
        opinion: op === 'close' ? '“已处置”' : null,
        data
      },
      sha256
    )
    steps.push(step)
    head = step
    status = to
  }
  return sealBundle(
    {
      exportedAt: '2026-03-09T00:00:00.000Z',
      case: {
        id: caseId,
        caseNo: '3702022026030500001',
        status: 'closed',
        lastSeq: head!.seq,
        lastHash: head!.hash,
        facts: { class: '0102', place: [120.38, 36.07], unit: '市南区市政公用服务中心' }
      },
      steps,
      evidence,
      dailyRoots: days(caseId, steps, neighbours)
    },
    sha256
  )
}

const pick = ({ id, sha256: hash }: { id: string; sha256: string }) => ({ id, sha256: hash })

function days(caseId: string, steps: ChainStep[], neighbours: number): BundleDay[] {
  let prevRoot = genesisRoot(sha256)
  return ['2026-03-05', '2026-03-06', '2026-03-07', '2026-03-08'].flatMap((day) => {
    const own = steps.filter((step) => dayOf(step.at, ZONE) === day).at(-1)
    const others = Array.from({ length: neighbours }, (_, i) => ({
      caseId: `0198${'09af'[i % 4]}000-${i}`,
      seq: 1,
      hash: sha256(`${day} ${i}`)
    }))
    const leaves = [...others, ...(own ? [{ caseId, seq: own.seq, hash: own.hash }] : [])].sort((a, b) =>
      a.caseId < b.caseId ? -1 : 1
    )
    if (leaves.length === 0) return []
    const levels = merkleLevels(
      leaves.map((leaf) => leafHash(leaf, sha256)),
      sha256
    )
    const facts = { day, timeZone: ZONE, count: leaves.length, merkle: levels.at(-1)![0]!, prevRoot }
    const root = dayRoot(facts, sha256)
    prevRoot = root
    const index = leaves.findIndex((leaf) => leaf.caseId === caseId)
    return [{ ...facts, root, ...(own && { proof: { seq: own.seq, path: inclusionProof(levels, index) } }) }]
  })
}
