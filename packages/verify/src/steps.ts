import { type CaseBundle, canonical, genesisHash, type Sha256, stepHash } from '@chengyun/contract/history'
import type { Finding } from './findings.ts'

/** The chain itself, what the snapshot says about it, and the evidence it names. */
export function checkSteps(bundle: CaseBundle, sha256: Sha256): Finding[] {
  return [...chain(bundle, sha256), ...snapshot(bundle), ...evidence(bundle)]
}

function chain({ case: { id: caseId }, steps }: CaseBundle, sha256: Sha256): Finding[] {
  const findings: Finding[] = []
  let prevHash = genesisHash(caseId, sha256)
  let status: string | null = null
  let at = ''
  for (const [i, step] of steps.entries()) {
    const n = i + 1
    if (step.seq !== n) findings.push({ code: 'STEP_SEQ', details: { n, seq: step.seq } })
    if (step.prevHash !== prevHash) findings.push({ code: 'STEP_LINK', details: { n } })
    if (stepHash({ caseId, ...step }, sha256) !== step.hash) findings.push({ code: 'STEP_HASH', details: { n } })
    if (step.fromStatus !== status) findings.push({ code: 'STEP_STATUS', details: { n } })
    // Fixed-width UTC instants compare as text.
    if (step.at < at) findings.push({ code: 'STEP_TIME', details: { n } })
    prevHash = step.hash
    status = step.toStatus
    at = step.at
  }
  return findings
}

function snapshot({ case: snap, steps }: CaseBundle): Finding[] {
  const findings: Finding[] = []
  const last = steps.at(-1)!
  if (snap.lastSeq !== last.seq || snap.lastHash !== last.hash) findings.push({ code: 'TAIL', details: {} })
  if (snap.status !== last.toStatus) findings.push({ code: 'STATUS', details: {} })
  if (snap.facts === undefined) return findings
  const told = new Map(steps.flatMap((step) => Object.entries(recordAt(step.data, 'facts'))))
  const shown = new Map(Object.entries(snap.facts))
  for (const field of new Set([...told.keys(), ...shown.keys()])) {
    const same = told.has(field) && shown.has(field) && canonical(told.get(field)) === canonical(shown.get(field))
    if (!same) findings.push({ code: 'FACTS', details: { field } })
  }
  return findings
}

function evidence({ steps, evidence: listed }: CaseBundle): Finding[] {
  const findings: Finding[] = []
  const named = new Map(steps.flatMap((step) => evidenceOf(step.data)).map(({ id, sha256 }) => [id, sha256]))
  const present = new Set<string>()
  for (const { id, sha256 } of listed) {
    if (!named.has(id) || present.has(id)) findings.push({ code: 'EVIDENCE_UNKNOWN', details: { id } })
    else if (named.get(id) !== sha256) findings.push({ code: 'EVIDENCE_CLAIM', details: { id } })
    present.add(id)
  }
  for (const id of named.keys()) if (!present.has(id)) findings.push({ code: 'EVIDENCE_MISSING', details: { id } })
  return findings
}

/** The evidence a step attached: `data.evidence`, a list of `{id, sha256}`. Anything else is no claim. */
function evidenceOf(data: unknown): { id: string; sha256: string }[] {
  const items = isRecord(data) ? data.evidence : undefined
  if (!Array.isArray(items)) return []
  return items
    .filter(isRecord)
    .flatMap(({ id, sha256 }) => (typeof id === 'string' && typeof sha256 === 'string' ? [{ id, sha256 }] : []))
}

function recordAt(data: unknown, key: string): Record<string, unknown> {
  const value = isRecord(data) ? data[key] : undefined
  return isRecord(value) ? value : {}
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
