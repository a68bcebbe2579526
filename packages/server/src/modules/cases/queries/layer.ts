import type { LayerQueries } from '../../geo/index.ts'

/** How far back the map knows cases, in days after they ended. */
export const LAYER_DAYS = 400

const seconds = (at: string): string => `extract(epoch from ${at})::bigint`
/** When a case was over; a case that was not registered has no instant of its own for it. */
const ENDED = 'coalesce(c.closed_at, c.cancelled_at, c.registered_at, c.accepted_at, c.reported_at)'

/** A class of 2013 is only unique within its kind. */
const CLASS = `case when c.standard_ref = 'GB/T 47678.5-2026' then c.class_code else c.kind || '-' || c.class_code end`

const SELECT = `select c.case_no, c.lng, c.lat, ${CLASS}, c.status,
  coalesce(c.street_code, c.district_code, '') || coalesce('|' || c.duty_grid_code, ''),
  array_to_string(c.unit_ids, ',') || ';' || concat_ws(',', c.reporter_id, c.handler_id, c.collector_id), '', '',
  ${seconds('c.reported_at')}, case when c.is_open then null else ${seconds(ENDED)} end,
  ${seconds('c.soon_at')}, ${seconds('c.due_at')}
  from cases."case" c where (c.is_open or ${ENDED} > now() - interval '${LAYER_DAYS} days')`

/** Cases as rows of a layer: open ones, and those that ended within LAYER_DAYS. */
export const caseQueries: LayerQueries = { all: SELECT, byKeys: `${SELECT} and c.case_no = any($1::text[])`, keysSince: null }
