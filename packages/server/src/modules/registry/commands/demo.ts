import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import { newId } from '../../../platform/ids.ts'
import { raiseSequence } from './codes.ts'

/** A generated item, ready to be written. */
export interface DemoRow {
  code: string
  classCode: string | null
  name: string
  status: string
  lng: number | null
  lat: number | null
  /** Packed geometry of lines and areas; null of points and of what has no place. */
  shape: Uint8Array | null
  gridCode: string | null
  address: string
  authorityId: string | null
  ownerId: string | null
  maintainerId: string | null
  attributes: Record<string, unknown>
  terms: readonly number[]
}

const AT_ONCE = 4000

/** Writes generated items as one batch: what they began with is the batch, as with every list that came whole. */
export const loadDemoRows = command(
  async (
    tx,
    input: { type: string; name: string; rows: readonly DemoRow[]; series: readonly (readonly [string, number])[] },
    ctx
  ): Promise<void> => {
    const { type, name, rows, series } = input
    const { actor, now } = ctx
    const id = newId(now.getTime())
    const digest = createHash('sha256')
    for (const row of rows) digest.update(`${row.code} ${row.lng} ${row.lat} ${row.status}\n`)
    const totals = JSON.stringify({
      read: rows.length,
      accepted: rows.length,
      rejected: 0,
      added: rows.length,
      changed: 0,
      removed: 0
    })
    await sql`insert into registry.batch (id, type_id, kind, name, state, totals, hash, created_by, created_by_name, created_at, updated_at,
        published_by, published_by_name, published_at)
      values (${id}, ${type}, 'import', ${name}, 'published', ${totals}::jsonb, ${digest.digest()}, ${actor.id}, ${actor.name}, ${now}, ${now},
        ${actor.id}, ${actor.name}, ${now})`.execute(tx)
    for (let from = 0; from < rows.length; from += AT_ONCE) {
      const part = rows.slice(from, from + AT_ONCE)
      const of = <T>(read: (row: DemoRow) => T): T[] => part.map(read)
      // An array of arrays must be rectangular for unnest: the terms travel as one text each.
      await sql`insert into registry.item (type_id, id, code, class_code, name, status, lng, lat, shape, grid_code, address, authority_id, owner_id,
          maintainer_id, attributes, terms, batch_id, created_at, updated_at)
        select ${type}, id, code, class_code, name, status, lng, lat, decode(shape, 'hex'), grid_code, address, authority_id, owner_id,
          maintainer_id, attributes, string_to_array(terms, ' ')::int[], ${id}::uuid, ${now}::timestamptz, ${now}::timestamptz
        from unnest(${of(() => newId(now.getTime()))}::uuid[], ${of((r) => r.code)}::text[], ${of((r) => r.classCode)}::text[], ${of((r) => r.name)}::text[],
          ${of((r) => r.status)}::text[], ${of((r) => r.lng)}::float8[], ${of((r) => r.lat)}::float8[], ${of((r) => r.shape && Buffer.from(r.shape).toString('hex'))}::text[], ${of((r) => r.gridCode)}::text[],
          ${of((r) => r.address)}::text[], ${of((r) => r.authorityId)}::uuid[], ${of((r) => r.ownerId)}::uuid[], ${of((r) => r.maintainerId)}::uuid[],
          ${of((r) => JSON.stringify(r.attributes))}::jsonb[], ${of((r) => r.terms.join(' '))}::text[])
          as t(id, code, class_code, name, status, lng, lat, shape, grid_code, address, authority_id, owner_id, maintainer_id, attributes, terms)`.execute(
        tx
      )
    }
    for (const [prefix, last] of series) await raiseSequence(tx, type, prefix, last)
    ctx.emit('registry.itemsChanged', { typeId: type, batchId: id, kind: 'import', state: 'published', count: rows.length })
    ctx.audit({
      action: 'registry.loadDemo',
      objectType: `register:${type}`,
      objectId: id,
      result: 'ok',
      after: { items: rows.length }
    })
  }
)

/** Gives generated items the attributes a pack adds to their register, where nobody has touched them; what they have stays. */
export const completeDemoItems = command(
  async (
    tx,
    input: { type: string; rows: readonly { code: string; attributes: Record<string, unknown> }[] },
    ctx
  ): Promise<number> => {
    const rows = JSON.stringify(input.rows)
    const done = await sql`update registry.item i set attributes = r.attributes || i.attributes, updated_at = ${ctx.now},
        rev = pg_current_xact_id()::text::bigint
      from jsonb_to_recordset(${rows}::jsonb) as r(code text, attributes jsonb)
      where i.type_id = ${input.type} and i.code = r.code and i.version = 1 and i.batch_id is not null
        and r.attributes || i.attributes <> i.attributes`.execute(tx)
    return Number(done.numAffectedRows ?? 0)
  }
)
