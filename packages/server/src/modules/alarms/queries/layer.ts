import type { LayerQueries } from '../../geo/index.ts'

/** Alarms of registers that only some may know are not on the map: a tile is cut for many. */
const SELECT = `select a.id::text, a.lng, a.lat, a.level::text, a.state, coalesce(a.grid_code, ''),
  concat_ws(',', a.authority_id, a.owner_id, a.maintainer_id, a.unit_id, a.assignee_id), a.title->>'zh', '',
  null::bigint, null::bigint, null::bigint, null::bigint
  from alarms.alarm a where a.state in ('pending', 'handling') and a.suppression_id is null and a.lng is not null and not a.restricted`

/** Open alarms as rows of a layer. */
export const alarmQueries: LayerQueries = {
  all: SELECT,
  byKeys: `${SELECT} and a.id = any($1::text[]::uuid[])`,
  keysSince: 'select a.id::text from alarms.alarm a where a.rev >= $1::bigint'
}
