import type { LayerQueries } from '../../geo/index.ts'

/**
 * Items of a register as rows of a layer. `typeId` and `fields` are words of a checked declaration: letters, digits and hyphens.
 * `named`: whether names may be shown.
 */
export function itemQueries(typeId: string, fields: readonly string[], named: boolean): LayerQueries {
  const extra =
    fields.length === 0
      ? `''`
      : `case when i.attributes ?| array[${fields.map((key) => `'${key}'`).join(',')}]
          then jsonb_build_array(${fields.map((key) => `i.attributes->'${key}'`).join(',')})::text else '' end`
  const select = `select i.code, i.lng, i.lat, coalesce(i.class_code, ''), i.status, coalesce(i.grid_code, ''),
    concat_ws(',', i.authority_id, i.owner_id, i.maintainer_id), ${named ? 'i.name' : `''`}, ${extra},
    null::bigint, null::bigint, null::bigint, null::bigint
    from registry.item i where i.type_id = '${typeId}' and i.removed_at is null and i.lng is not null`
  return {
    all: select,
    byKeys: `${select} and i.code = any($1::text[])`,
    keysSince: `select i.code from registry.item i where i.type_id = '${typeId}' and i.rev >= $1::bigint`
  }
}
