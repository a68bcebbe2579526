/**
 * Checks an exported case: nothing but the bundle, the published day roots if there are any, and SHA-256 is needed.
 * No server, no database, no package from outside this repository.
 */
import { createHash } from 'node:crypto'
import { bundleSeal, type CaseBundle, canonical } from '@chengyun/contract/history'
import { checkDays, type DaySummary } from './days.ts'
import type { Finding } from './findings.ts'
import { shapeFaults } from './shape.ts'
import { checkSteps } from './steps.ts'

export type { DaySummary } from './days.ts'
export { describe, FINDINGS, type Finding, type FindingCode } from './findings.ts'

/** What else the verifier may look at. */
export interface VerifyOptions {
  /** Day → root, from where the city publishes them. This is what makes rewriting a whole chain visible. */
  publishedRoots?: Readonly<Record<string, string>>
  /** SHA-256 of a file of the bundle (hex), or `null` when it cannot be read. Absent: the files are not looked at. */
  hashFile?: (file: string) => Promise<string | null>
}

/** The outcome. `ok` means: no findings. */
export interface VerifyReport {
  ok: boolean
  caseId: string | null
  caseNo: string | null
  steps: number
  evidence: { listed: number; filesChecked: number }
  days: DaySummary
  findings: Finding[]
}

/** SHA-256 of a text's UTF-8 bytes, hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}

/** Checks one parsed bundle. Never throws for what the bundle says: that becomes a finding. */
export async function verifyBundle(value: unknown, options: VerifyOptions = {}): Promise<VerifyReport> {
  const faults = [...shapeFaults(value), ...canonicalFaults(value)]
  if (faults.length > 0) return unreadable(faults)
  const bundle = value as CaseBundle
  const findings: Finding[] = []
  if (bundleSeal(bundle, sha256) !== bundle.seal) findings.push({ code: 'SEAL', details: {} })
  findings.push(...checkSteps(bundle, sha256))
  const days = checkDays(bundle, sha256, options.publishedRoots ?? {})
  findings.push(...days.findings)
  const files = await checkFiles(bundle, options.hashFile)
  findings.push(...files.findings)
  return {
    ok: findings.length === 0,
    caseId: bundle.case.id,
    caseNo: bundle.case.caseNo,
    steps: bundle.steps.length,
    evidence: { listed: bundle.evidence.length, filesChecked: files.checked },
    days: days.summary,
    findings
  }
}

function canonicalFaults(value: unknown): string[] {
  try {
    canonical(value)
    return []
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
}

function unreadable(faults: string[]): VerifyReport {
  return {
    ok: false,
    caseId: null,
    caseNo: null,
    steps: 0,
    evidence: { listed: 0, filesChecked: 0 },
    days: { listed: 0, proven: 0, published: 0, stepsNotYetCovered: 0 },
    findings: faults.slice(0, 20).map((what) => ({ code: 'FORMAT', details: { what } }))
  }
}

async function checkFiles(
  bundle: CaseBundle,
  hashFile: VerifyOptions['hashFile']
): Promise<{ checked: number; findings: Finding[] }> {
  const findings: Finding[] = []
  let checked = 0
  for (const { id, sha256: claimed, file } of hashFile ? bundle.evidence : []) {
    if (file === undefined) continue
    const actual = (await hashFile?.(file)) ?? null
    if (actual === null) findings.push({ code: 'EVIDENCE_FILE', details: { id, file } })
    else if (actual !== claimed) findings.push({ code: 'EVIDENCE_BYTES', details: { id } })
    checked += 1
  }
  return { checked, findings }
}
