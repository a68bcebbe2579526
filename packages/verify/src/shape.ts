import { BUNDLE_FORMAT, BUNDLE_VERSION } from '@chengyun/contract/history'

type Check = (value: unknown) => boolean

const HEX = /^[0-9a-f]{64}$/
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const DAY = /^\d{4}-\d\d-\d\d$/

const text: Check = (v) => typeof v === 'string'
const hash: Check = (v) => typeof v === 'string' && HEX.test(v)
const textOrNull: Check = (v) => v === null || typeof v === 'string'
const count: Check = (v) => Number.isSafeInteger(v) && (v as number) > 0
const instant: Check = (v) => typeof v === 'string' && INSTANT.test(v) && !Number.isNaN(Date.parse(v))
const record: Check = (v) => typeof v === 'object' && v !== null && !Array.isArray(v)
const optional =
  (check: Check): Check =>
  (v) =>
    v === undefined || check(v)

const zone: Check = (v) => {
  try {
    return typeof v === 'string' && v !== '' && new Intl.DateTimeFormat('en', { timeZone: v }) !== null
  } catch {
    return false
  }
}

const CASE: Record<string, Check> = {
  id: text,
  caseNo: text,
  status: text,
  lastSeq: count,
  lastHash: hash,
  facts: optional(record)
}
const STEP: Record<string, Check> = {
  seq: count,
  at: instant,
  op: text,
  fromStatus: textOrNull,
  toStatus: text,
  actorId: text,
  actorName: text,
  unitId: textOrNull,
  opinion: textOrNull,
  data: (v) => v !== undefined,
  prevHash: hash,
  hash
}
const EVIDENCE: Record<string, Check> = { id: text, sha256: hash, file: optional(text) }
const DAY_FIELDS: Record<string, Check> = {
  day: (v) => typeof v === 'string' && DAY.test(v),
  timeZone: zone,
  count,
  merkle: hash,
  prevRoot: hash,
  root: hash,
  proof: optional(record)
}
const PROOF_STEP: Record<string, Check> = { side: (v) => v === 'left' || v === 'right', hash }

/** What is wrong with the shape of a bundle: paths of missing or ill-typed fields. Empty when it can be read as a `CaseBundle`. */
export function shapeFaults(value: unknown): string[] {
  if (!isRecord(value)) return ['$']
  const faults: string[] = []
  if (value.format !== BUNDLE_FORMAT) faults.push('format')
  if (value.version !== BUNDLE_VERSION) faults.push('version')
  if (!instant(value.exportedAt)) faults.push('exportedAt')
  if (!hash(value.seal)) faults.push('seal')
  faults.push(...fields(value.case, CASE, 'case', false), ...list(value.steps, STEP, 'steps', true))
  faults.push(...list(value.evidence, EVIDENCE, 'evidence', false), ...list(value.dailyRoots, DAY_FIELDS, 'dailyRoots', true))
  if (Array.isArray(value.steps) && value.steps.length === 0) faults.push('steps')
  const days: unknown[] = Array.isArray(value.dailyRoots) ? value.dailyRoots : []
  return [...faults, ...days.flatMap((day, i) => proof(day, `dailyRoots[${i}].proof`))]
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return record(value)
}

function fields(value: unknown, shape: Record<string, Check>, path: string, closed: boolean): string[] {
  if (!isRecord(value)) return [path]
  const wrong = Object.keys(shape).filter((key) => !shape[key]!(value[key]))
  // A field outside the hash would be a place to write unseen.
  const unknown = closed ? Object.keys(value).filter((key) => !Object.hasOwn(shape, key)) : []
  return [...wrong, ...unknown].map((key) => `${path}.${key}`)
}

function list(value: unknown, shape: Record<string, Check>, path: string, closed: boolean): string[] {
  return Array.isArray(value) ? value.flatMap((item, i) => fields(item, shape, `${path}[${i}]`, closed)) : [path]
}

function proof(day: unknown, path: string): string[] {
  if (!isRecord(day) || day.proof === undefined) return []
  if (!isRecord(day.proof) || !count(day.proof.seq)) return [`${path}.seq`]
  return list(day.proof.path, PROOF_STEP, `${path}.path`, true)
}
