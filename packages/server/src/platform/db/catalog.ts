import pg from 'pg'

/** A table that holds rows of ours; a partitioned one stands for its partitions. */
export interface TableShape {
  schema: string
  name: string
  /** Without generated columns, in table order. */
  columns: string[]
  /** Statements that make a plain table anew: what the program makes while it runs (the stage of an import) is in no migration. Empty when partitioned. */
  definition?: string[]
}

export interface PartitionShape {
  schema: string
  name: string
  parent: string
  /** `FOR VALUES …` or `DEFAULT`, as PostgreSQL prints it. */
  bound: string
  /** The key by which the partition is partitioned itself, or null. */
  key: string | null
}

export interface ForeignKey {
  name: string
  /** Quoted `schema.table` of the referencing and of the referenced table. */
  from: string
  to: string
  definition: string
}

export interface Catalog {
  tables: TableShape[]
  partitions: PartitionShape[]
  foreignKeys: ForeignKey[]
  /** Quoted names and the last value each gave; sequences never used are left out. */
  sequences: { name: string; value: string }[]
  materializedViews: string[]
}

/** The ledger is written by migrating, not copied. */
const LEDGER = { schema: 'platform', name: 'migration' }

export const quoted = (schema: string, name: string): string => `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`
export const columnList = (table: TableShape): string => table.columns.map((c) => pg.escapeIdentifier(c)).join(', ')

/** SQL that quotes as `quoted` does. PostgreSQL's own format('%I') leaves plain names bare, which would not compare equal. */
const always = (schema: string, name: string): string =>
  `'"' || replace(${schema}::text, '"', '""') || '"."' || replace(${name}::text, '"', '""') || '"'`

/** Columns, constraints, further indexes and settings of the plain table `c`, as statements. */
const DEFINITION = `case c.relkind when 'r' then (
  select array[format('create table %I.%I (%s)', n.nspname, c.relname, coalesce(string_agg(concat_ws(' ', quote_ident(d.attname),
    format_type(d.atttypid, d.atttypmod), case when d.attcollation <> y.typcollation then 'collate ' || d.attcollation::regcollation end,
    case when d.attgenerated <> '' then format('generated always as (%s) stored', pg_get_expr(e.adbin, e.adrelid))
      when d.attidentity <> '' then format('generated %s as identity', case d.attidentity when 'a' then 'always' else 'by default' end)
      else 'default ' || pg_get_expr(e.adbin, e.adrelid) end,
    case when d.attnotnull then 'not null' end), ', ' order by d.attnum), ''))]
  from pg_attribute d join pg_type y on y.oid = d.atttypid left join pg_attrdef e on e.adrelid = d.attrelid and e.adnum = d.attnum
  where d.attrelid = c.oid and d.attnum > 0 and not d.attisdropped
) || array(
  select format('alter table %I.%I add constraint %I %s', n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid))
  from pg_constraint k where k.conrelid = c.oid and k.contype in ('c', 'p', 'u', 'x', 'f') order by k.contype = 'f', k.oid
) || array(
  select pg_get_indexdef(i.indexrelid) from pg_index i
  where i.indrelid = c.oid and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.conrelid = c.oid) order by i.indexrelid
) || array(
  select format('alter table %I.%I set (%s)', n.nspname, c.relname, array_to_string(c.reloptions, ', ')) where c.reloptions is not null
) else '{}' end`

/** What the schemas of ours contain, as the caller's transaction sees it. */
export async function readCatalog(client: pg.ClientBase, schemas: readonly string[]): Promise<Catalog> {
  const rowsOf = async <R extends pg.QueryResultRow>(text: string) => (await client.query<R>(text, [schemas])).rows
  const tables = await rowsOf<TableShape>(
    `select n.nspname as schema, c.relname as name,
            coalesce(array_agg(a.attname::text order by a.attnum) filter (where a.attgenerated = ''), '{}') as columns,
            ${DEFINITION} as definition
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where n.nspname = any($1) and c.relkind in ('r', 'p') and not c.relispartition
     group by c.oid, 1, 2 order by 1, 2`
  )
  const partitions = await rowsOf<PartitionShape>(
    `select n.nspname as schema, c.relname as name, ${always('pn.nspname', 'p.relname')} as parent,
            pg_get_expr(c.relpartbound, c.oid) as bound, pg_get_partkeydef(c.oid) as key
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     join pg_inherits i on i.inhrelid = c.oid join pg_class p on p.oid = i.inhparent join pg_namespace pn on pn.oid = p.relnamespace
     where n.nspname = any($1) and c.relispartition and c.relkind in ('r', 'p') order by c.oid`
  )
  const foreignKeys = await rowsOf<ForeignKey>(
    `select k.conname as name, ${always('n.nspname', 'c.relname')} as "from", ${always('rn.nspname', 'r.relname')} as "to",
            pg_get_constraintdef(k.oid) as definition
     from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
     join pg_class r on r.oid = k.confrelid join pg_namespace rn on rn.oid = r.relnamespace
     where n.nspname = any($1) and k.contype = 'f' and k.conparentid = 0 order by k.oid`
  )
  const sequences = await rowsOf<{ name: string; value: string }>(
    `select ${always('schemaname', 'sequencename')} as name, last_value::text as value
     from pg_sequences where schemaname = any($1) and last_value is not null order by 1`
  )
  const views = await rowsOf<{ name: string }>(
    `select ${always('n.nspname', 'c.relname')} as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = any($1) and c.relkind = 'm' order by c.oid`
  )
  const kept = tables.filter((t) => t.schema !== LEDGER.schema || t.name !== LEDGER.name)
  return { tables: kept, partitions, foreignKeys, sequences, materializedViews: views.map((v) => v.name) }
}

/**
 * Sorts tables so that each comes after those it refers to. Where they refer to each other in a ring there is no such order:
 * the foreign keys that point forward are returned, to be taken off while loading. Pure.
 */
export function loadOrder(
  tables: readonly TableShape[],
  foreignKeys: readonly ForeignKey[]
): { tables: TableShape[]; forward: ForeignKey[] } {
  const byName = new Map(tables.map((t) => [quoted(t.schema, t.name), t]))
  const done = new Map<string, number>()
  const entered = new Set<string>()
  const order: TableShape[] = []
  const visit = (name: string): void => {
    const table = byName.get(name)
    if (!table || entered.has(name)) return
    entered.add(name)
    for (const key of foreignKeys) if (key.from === name) visit(key.to)
    done.set(name, order.push(table))
  }
  for (const name of byName.keys()) visit(name)
  const forward = foreignKeys.filter((key) => key.from !== key.to && (done.get(key.to) ?? 0) > (done.get(key.from) ?? 0))
  return { tables: order, forward }
}
