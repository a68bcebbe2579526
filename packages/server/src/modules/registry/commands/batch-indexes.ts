import { sql } from 'kysely'
import { type Db, poolOf, type Tx } from '../../../platform/db.ts'
import { stageName } from './batch-stage.ts'

interface IndexRow {
  name: string
  /** SQL that makes it on the stage unless it is there. */
  made: string
  is_unique: boolean
}

/** What takes long to build comes first, so that nobody waits for the last one alone. */
const COST: readonly (readonly [RegExp, number])[] = [
  [/USING gin/i, 3],
  [/USING gist/i, 2],
  [/code/, 1]
]
const costOf = ({ made }: IndexRow): number => COST.find(([kind]) => kind.test(made))?.[1] ?? 0

/** The indexes of items as they are to be made on a stage. */
async function indexesOfItems(db: Db | Tx, batch: { id: string }): Promise<IndexRow[]> {
  const own = stageName(batch.id)
  const short = own.replace('registry.stage_', '').slice(-12)
  const { rows } = await sql<{ name: string; definition: string; is_unique: boolean }>`select c.relname as name,
      pg_get_indexdef(i.indexrelid) as definition, i.indisunique as is_unique
    from pg_index i join pg_class c on c.oid = i.indexrelid where i.indrelid = 'registry.item'::regclass order by c.relname`.execute(
    db
  )
  return rows.map(({ name, definition, is_unique }) => ({
    name,
    is_unique,
    made: definition.replace(
      /^(CREATE (?:UNIQUE )?INDEX) \S+ ON (?:ONLY )?registry\.item /,
      `$1 IF NOT EXISTS ${name}_${short} ON ${own} `
    )
  }))
}

/** Makes the unique indexes of a stage. Answers false when a code stands there twice. */
export async function makeUnique(tx: Tx, batch: { id: string }): Promise<boolean> {
  for (const { made, is_unique } of await indexesOfItems(tx, batch)) {
    if (!is_unique) continue
    await sql`savepoint unique_codes`.execute(tx)
    try {
      await sql.raw(made).execute(tx)
    } catch (error) {
      if ((error as { code?: string }).code !== '23505') throw error
      await sql`rollback to savepoint unique_codes`.execute(tx)
      return false
    }
    await sql`release savepoint unique_codes`.execute(tx)
  }
  return true
}

/** Makes whatever index of a partition a stage still lacks. */
export async function makeOthers(tx: Tx, batch: { id: string }): Promise<void> {
  for (const { made, is_unique } of await indexesOfItems(tx, batch)) if (!is_unique) await sql.raw(made).execute(tx)
}

/** So many indexes are built at a time: one that a single process builds (GIN, GiST) leaves the other processors idle. */
const BUILDERS = 2
const MEMORY = '384MB'

/**
 * Builds the indexes of a stage that will take the place of an empty partition, beside whatever else reads it. Each is committed by itself: what is
 * there when the work breaks off is not built again. Indexes that nobody will need go with the stage.
 */
export async function buildIndexes(db: Db, batch: { id: string }): Promise<void> {
  const waiting = (await indexesOfItems(db, batch)).filter((i) => !i.is_unique).sort((a, b) => costOf(b) - costOf(a))
  const builder = async (): Promise<void> => {
    const client = await poolOf(db).connect()
    try {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        await client.query('begin')
        try {
          await client.query(`set local maintenance_work_mem = '${MEMORY}'`)
          await client.query(next.made)
          await client.query('commit')
        } catch (error) {
          waiting.length = 0
          await client.query('rollback')
          throw error
        }
      }
    } finally {
      client.release()
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: BUILDERS }, builder))
  for (const end of ends) if (end.status === 'rejected') throw end.reason
}
