import {
  type BatchComparison,
  type BatchQuality,
  type BatchView,
  type CrsSuspicion,
  type DiffItem,
  ITEM_FAULTS,
  type RegisterDeclaration,
  ROW_FAULTS
} from '@chengyun/contract/registry'
import type { Static } from 'typebox'
import { type Actor, may } from '../../platform/actor.ts'
import { mappingLacks } from './domain/batch/mapping.ts'
import { COLUMN_LABELS } from './domain/check-item.ts'
import type { RegistryEnv } from './env.ts'
import { classOf } from './present.ts'
import type { DiffRecord, FindingRecord } from './queries/batch-lists.ts'
import type { BatchFileRecord, BatchRecord } from './queries/batches.ts'

type Both = { zh: string; en: string }
/** Faults as headings: their sentences without what they speak of. */
const HEADINGS: Readonly<Record<string, Both>> = {
  type: { zh: '不是规定的类型', en: 'not of the declared type' },
  minimum: { zh: '低于下限', en: 'below the minimum' },
  maximum: { zh: '超过上限', en: 'above the maximum' },
  maxLength: { zh: '文字过长', en: 'too long' },
  choice: { zh: '不在可选值内', en: 'none of the values' },
  class: { zh: '没有这个小类', en: 'no such class' },
  state: { zh: '没有这个状态', en: 'no such state' },
  broken: { zh: '格数与表头不符', en: 'more cells than columns' },
  notANumber: { zh: '坐标不是数字', en: 'no number' },
  coordinateRange: { zh: '坐标超出坐标系的取值范围', en: 'out of the range of the coordinate system' },
  outside: { zh: '不在本市范围内', en: 'outside the city' },
  geometry: { zh: '几何类型不对', en: 'the wrong kind of geometry' },
  codeForm: { zh: '格式不对', en: 'has not the right form' },
  codeCounty: { zh: '区划代码不属于本市', en: 'the county is none of this city' },
  codeClass: { zh: '与小类不符', en: 'another class than the row says' },
  sameCode: { zh: '在文件中重复', en: 'stands in the files before' },
  usedCode: { zh: '属于已移除的记录', en: 'belongs to a removed item' },
  existing: { zh: '已在台账中', en: 'stands in the register already' },
  unitUnknown: { zh: '机构目录中没有', en: 'not in the directory' },
  relation: { zh: '关联台账中没有', en: 'not in the other register' }
}
const ruleName = (rule: string): Both =>
  HEADINGS[rule] ?? ({ ...ITEM_FAULTS, ...ROW_FAULTS } as Record<string, Both>)[rule] ?? { zh: rule, en: rule }

const fieldName = (d: RegisterDeclaration, field: string): Both =>
  (COLUMN_LABELS as Record<string, Both>)[field] ?? d.attributes.find((a) => a.key === field)?.name ?? { zh: field, en: field }

export interface BatchParts {
  batch: BatchRecord
  files: readonly BatchFileRecord[]
  sample: BatchQuality['sample']
  declaration: RegisterDeclaration
}

const EDITABLE = new Set(['open', 'checked', 'failed'])

function actsOf(batch: BatchRecord, actor: Actor): BatchView['can'] {
  const out: BatchView['can'] = []
  const config = may(actor, 'registry:config')
  if (config && EDITABLE.has(batch.state)) out.push('upload', 'check')
  if (config && !['published', 'publishing', 'cancelled'].includes(batch.state)) out.push('cancel')
  if (batch.state === 'checked' && (config || may(actor, 'registry:review'))) out.push('sample')
  if (batch.state === 'checked' && may(actor, 'registry:review')) out.push('publish')
  return out
}

/** A batch with everything its page shows. */
export function presentBatch({ batch, files, sample, declaration: d }: BatchParts, env: RegistryEnv, actor: Actor): BatchView {
  const p = batch.progress
  const runs = ['reading', 'read', 'checking', 'publishing'].includes(batch.state)
  const quality = batch.quality as BatchQuality | null
  return {
    id: batch.id,
    type: batch.type_id,
    kind: batch.kind as 'import' | 'census',
    name: batch.name,
    state: batch.state,
    scope: batch.scope,
    options: batch.options,
    files: files.map((f) => ({
      no: f.no,
      name: f.name,
      format: f.format,
      sizeBytes: Number(f.size_bytes),
      layers: f.layers,
      encoding: f.encoding,
      crs: f.crs,
      crsFrom: f.crs_from,
      columns: f.columns,
      // Rows of other people's files may hold what is personal.
      sample: may(actor, 'registry:config') ? f.sample : [],
      geometry: f.geometry,
      mapping: f.mapping,
      mappingFrom: f.mapping_from,
      missing: mappingLacks(d, f.mapping, f.geometry !== null),
      rows: Number(f.rows),
      rejected: Number(f.rejected)
    })),
    progress: runs
      ? { phase: p.phase ?? 'reading', rows: p.rows ?? 0, share: p.share ?? 0, rowsPerS: p.rowsPerS ?? 0, etaS: p.etaS ?? null }
      : null,
    totals: {
      read: batch.totals.read ?? p.rows ?? 0,
      accepted: batch.totals.accepted ?? p.taken ?? 0,
      rejected: batch.totals.rejected ?? p.rejected ?? 0,
      blanked: batch.totals.blanked ?? p.blanked ?? 0,
      outside: batch.totals.outside ?? p.outside ?? 0,
      coded: batch.totals.coded ?? p.coded ?? 0
    },
    rejectsBy: Object.entries(p.by ?? {})
      .map(([key, rows]) => {
        const [rule = '', field = ''] = key.split('|')
        const [what, of] = [ruleName(rule), fieldName(d, field)]
        return { rule, field, name: { zh: `${of.zh}：${what.zh}`, en: `${of.en}: ${what.en}` }, rows }
      })
      .sort((a, b) => b.rows - a.rows),
    suspicions: (p.suspicions ?? []) as CrsSuspicion[],
    quality: quality && withSample(quality, sample),
    comparison: batch.comparison && named(batch.comparison as unknown as BatchComparison, d, env),
    error: batch.error,
    createdByName: batch.created_by_name,
    createdAt: batch.created_at.toISOString(),
    updatedAt: batch.updated_at.toISOString(),
    publishedByName: batch.published_by_name,
    publishedAt: batch.published_at?.toISOString() ?? null,
    note: batch.note,
    can: actsOf(batch, actor)
  }
}

/** Of a sample at most one row in twenty may be wrong. */
const WRONG_SHARE = 0.05

function withSample(quality: BatchQuality, sample: BatchQuality['sample']): BatchQuality {
  if (!sample || sample.judged === 0 || sample.wrong <= sample.judged * WRONG_SHARE) return { ...quality, sample }
  const share = ((100 * sample.wrong) / sample.judged).toFixed(1)
  const reason = {
    zh: `抽查 ${sample.judged} 条，${share}% 有误`,
    en: `${share} % of the ${sample.judged} rows of the sample were wrong`
  }
  return { ...quality, sample, passed: false, reasons: [...quality.reasons, reason] }
}

function named(c: BatchComparison, d: RegisterDeclaration, env: RegistryEnv): BatchComparison {
  return {
    total: c.total,
    byClass: c.byClass.map((row) => ({ ...row, name: classOf(d, row.code)?.name ?? row.name })),
    byStreet: c.byStreet.map((row) => ({ ...row, name: row.code === '' ? '' : env.geo.fullNameOf(row.code) || row.code }))
  }
}

export const summaryOfBatch = (b: BatchRecord) => ({
  id: b.id,
  type: b.type_id,
  kind: b.kind as 'import' | 'census',
  name: b.name,
  state: b.state,
  accepted: b.totals.accepted ?? b.progress.taken ?? 0,
  rejected: b.totals.rejected ?? b.progress.rejected ?? 0,
  createdByName: b.created_by_name,
  createdAt: b.created_at.toISOString(),
  publishedAt: b.published_at?.toISOString() ?? null
})

/** What was found, in a sentence. */
export function findingText(f: FindingRecord, d: RegisterDeclaration): Both {
  const { details } = f
  switch (f.kind) {
    case 'duplicate':
      return {
        zh: `与 ${f.other_code} 同类，相距 ${details.awayM} 米`,
        en: `${details.awayM} m from ${f.other_code} of the same class`
      }
    case 'wrongGrid':
      return {
        zh: `所报网格 ${details.declared}，实际位于 ${details.located ?? '本市之外'}`,
        en: `claims ${details.declared}, lies in ${details.located ?? 'no grid of the city'}`
      }
    case 'missing': {
      const name = fieldName(d, String(details.field))
      return { zh: `缺少“${name.zh}”`, en: `"${name.en}" is missing` }
    }
    case 'outside':
      return { zh: '不在本市范围内', en: 'lies outside the city' }
    case 'sameCode':
      return { zh: '编码重复', en: 'the code stands there twice' }
  }
}

/** A difference field by field; what the files do not speak of is no difference. */
export function presentDiff(r: DiffRecord, batch: BatchRecord): Static<typeof DiffItem> {
  const { before, after } = r
  const fields: { field: string; before: unknown; after: unknown }[] = []
  if (r.kind === 'changed' || r.kind === 'moved') {
    const said = new Set(batch.progress.said ?? [])
    for (const [field, key] of [
      ['class', 'class_code'],
      ['name', 'name'],
      ['status', 'status'],
      ['address', 'address']
    ] as const)
      if (said.has(field) && before?.[key] !== after?.[key])
        fields.push({ field, before: before?.[key] ?? null, after: after?.[key] ?? null })
    const filled = new Set(batch.progress.filled ?? [])
    for (const [field, value] of Object.entries(after?.attributes ?? {}))
      if (!filled.has(field) && JSON.stringify(before?.attributes[field]) !== JSON.stringify(value))
        fields.push({ field, before: before?.attributes[field] ?? null, after: value })
  }
  const place = (s: DiffRecord['before']): [number, number] | null =>
    s && s.lng !== null && s.lat !== null ? [s.lng, s.lat] : null
  return {
    kind: r.kind,
    code: r.code,
    class: r.class_code,
    name: (after ?? before)?.name ?? '',
    before: place(before),
    after: r.kind === 'removed' ? null : place(after),
    movedM: r.moved_m === null ? null : Math.round(r.moved_m * 10) / 10,
    fields
  }
}
