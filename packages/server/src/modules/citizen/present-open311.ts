import type { Open311Service } from '@chengyun/contract/public'
import { fromCgcs2000 } from '../geo/index.ts'
import { isSensitive, OFFICIAL_SOURCES } from './domain/citizen-privacy.ts'
import type { Row } from './domain/open311-format.ts'
import type { ServiceTable } from './domain/open311-services.ts'
import { publicText } from './domain/public-text.ts'
import type { PublicCase, PublicStep } from './queries/open311.ts'

/** Names of units by id; units are offices, not people. */
export type UnitName = (id: string | null) => string | null

export const presentService = (service: Open311Service, table: ServiceTable): Row => ({
  service_code: service.code,
  service_name: service.name,
  description: service.nameEn,
  metadata: service.attributes.length > 0,
  type: service.type,
  keywords: service.keywords.join(','),
  group: table.groups.get(service.group)?.name ?? service.group
})

export const presentDefinition = (service: Open311Service): Row => ({
  service_code: service.code,
  attributes: service.attributes.map((a, i) => ({
    variable: true,
    code: a.code,
    datatype: a.datatype,
    required: a.required,
    datatype_description: a.datatype === 'datetime' ? '带时区的时间，如 2026-11-22T08:00:00+08:00' : '',
    order: i + 1,
    description: a.name,
    values: (a.values ?? []).map((v) => ({ key: v.key, name: v.name }))
  }))
})

const HANDLING = new Set(['pending_handle', 'handling', 'returned'])
const CHECKING = new Set(['handle_finished', 'pending_feedback_review', 'pending_check', 'checking', 'pending_close'])

/** Where a request stands, in the words of the citizen. `reason` only where it was not taken up. */
export function statusNotes(status: string, unit: string | null, reason: string | null): string {
  const because = reason ? `：${publicText(reason)}` : ''
  if (HANDLING.has(status)) return unit ? `已派遣至${unit}，处置中` : '已派遣，处置中'
  if (CHECKING.has(status)) return '已处置，核查中'
  switch (status) {
    case 'reported':
      return '已提交，等待受理'
    case 'pending_verify':
      return '正在现场核实'
    case 'pending_register':
      return '已受理'
    case 'pending_dispatch':
      return '已立案，等待派遣'
    case 'suspended':
      return '因客观原因暂缓处置'
    case 'closed':
      return '已办结'
    case 'forced_close':
      return '已终止处置并结案'
    case 'not_registered':
      return `不予立案${because}`
    case 'cancelled':
      return `已作废或并入同一问题${because}`
    default:
      return ''
  }
}

const iso = (at: Date | null): string | null => at?.toISOString() ?? null
/** How exactly the place of a request may be told, in degrees: a decimetre, the quarter (500 m) for sensitive classes, a kilometre where nobody knows. */
const stepFor = (c: PublicCase, service: Open311Service): number =>
  c.precision !== 'exact' ? 0.01 : service.place === 'rounded' || isSensitive(c.class_code) ? 0.005 : EXACT
const EXACT = 0.000001
const round = (value: number, step: number): number => Number((Math.round(value / step) * step).toFixed(6))

const HOUR_MS = 3_600_000

export interface Presenting {
  table: ServiceTable
  unitName: UnitName
  now: Date
  /** Public steps of each case, where they were asked for or are needed. */
  steps: ReadonlyMap<string, readonly PublicStep[]>
  /** Public pictures of each case. */
  media: ReadonlyMap<string, string>
  extensions: boolean
}

/** One request. No reporter, no staff; place and words as exact as its class and its source allow. */
export function presentRequest(c: PublicCase, p: Presenting): Row {
  const service = p.table.of(c.standard_ref, c.kind, c.class_code)
  const steps = p.steps.get(c.id) ?? []
  const step = stepFor(c, service)
  const whole = step === EXACT
  const [lng, lat] = fromCgcs2000([c.lng, c.lat], 'WGS-84')
  const unit = p.unitName(c.unit_id)
  const left = c.is_open && c.handle_deadline_at ? c.handle_deadline_at.getTime() - p.now.getTime() : 0
  return {
    service_request_id: c.case_no,
    status: c.is_open ? 'open' : 'closed',
    status_notes: statusNotes(c.status, unit, steps.findLast((s) => s.reason !== null)?.reason ?? null),
    service_name: service.name,
    service_code: service.code,
    description: OFFICIAL_SOURCES.includes(c.source_type) ? service.name : publicText(c.description),
    agency_responsible: unit,
    service_notice: left > 0 ? `预计 ${Math.ceil(left / HOUR_MS)} 小时内处置` : null,
    requested_datetime: c.reported_at.toISOString(),
    updated_datetime: c.updated_at.toISOString(),
    expected_datetime: iso(c.handle_deadline_at),
    address: whole ? publicText(c.address) : null,
    address_id: whole ? c.grid_code : null,
    zipcode: null,
    lat: round(lat, step),
    long: round(lng, step),
    media_url: p.media.get(c.id) ?? null,
    ...(p.extensions && {
      extended_attributes: {
        detailed_status: c.status,
        place: whole ? 'exact' : c.precision === 'exact' ? 'rounded' : c.precision
      },
      notes: steps.map((s) => ({
        datetime: s.at.toISOString(),
        status: isFinal(s.to_status) ? 'closed' : 'open',
        description: statusNotes(s.to_status, null, s.reason)
      }))
    })
  }
}

const FINAL = new Set(['not_registered', 'closed', 'forced_close', 'cancelled'])
const isFinal = (status: string): boolean => FINAL.has(status)

/** One public step as an update of its request. `external_status_code` is the exact status. */
export const presentUpdate = (s: PublicStep & Pick<PublicCase, 'case_no'>): Row => ({
  update_id: `${s.case_no}-${s.seq}`,
  service_request_id: s.case_no,
  status: isFinal(s.to_status) ? 'closed' : 'open',
  external_status_code: s.to_status,
  updated_datetime: s.at.toISOString(),
  description: statusNotes(s.to_status, null, s.reason),
  media_url: null
})
