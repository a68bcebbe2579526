// Packs for tests, written into a folder of their own: what a new pack is, with what the test changes of it.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { scaffoldPack } from '@chengyun/scenario-kit/packs'
import { sql } from 'kysely'
import { SYSTEM } from '../../platform/actor.ts'
import type { Db, Tx } from '../../platform/db.ts'
import { changePack } from './commands/change.ts'
import { setUpPackDemo } from './demo.ts'
import { SCENARIOS } from './folder.ts'
import { soundOffer } from './offers.ts'
import { activePack } from './queries/packs.ts'
import type { PlanAsked } from './queries/plan.ts'

type Edit = (file: string, document: never) => unknown

export interface PackShelf {
  root: string
  /** Writes a pack as a new one is, each file changed by `edit` (undefined: as it is; null: without it). */
  put(id: string, edit?: Edit): Promise<void>
  remove(): Promise<void>
}

export async function packShelf(): Promise<PackShelf> {
  const root = await mkdtemp(join(tmpdir(), 'packs-'))
  return {
    root,
    put: async (id, edit = () => undefined) => {
      for (const [path, text] of scaffoldPack({ id, platform: '0.1.0' })) {
        const changed = path.endsWith('.json') ? edit(path, JSON.parse(text) as never) : undefined
        if (changed === null) {
          await rm(join(root, id, path), { force: true })
          continue
        }
        await mkdir(dirname(join(root, id, path)), { recursive: true })
        await writeFile(join(root, id, path), changed === undefined ? text : JSON.stringify(changed))
      }
    },
    remove: () => rm(root, { recursive: true, force: true })
  }
}

/** Changes a pack as the operator would, whatever the plan is. */
export async function change(db: Db, root: string, id: string, act: PlanAsked['act'], held: PlanAsked['held'] = null) {
  const offer = act === 'install' || act === 'upgrade' ? await soundOffer(db, root, id) : null
  return changePack(db, SYSTEM, { id, act, held, offer })
}

/** Installs the pack of bridges with its demonstration, as small as the city of tests, which has no crossings for structures to stand at. */
export async function setUpBridges(db: Db, now: Date): Promise<void> {
  await change(db, SCENARIOS, 'bridges', 'install')
  const document = await activePack(db, 'bridges')
  const [structures, ...others] = document.demo!.items
  const demo = { ...document.demo!, items: [{ ...structures!, place: 'grid' as const }, ...others] }
  await setUpPackDemo(db, SYSTEM, { ...document, demo }, { scale: 0.04, hourDays: 7, now })
}

/** An alarm that stands at a point of a structure of these: of any, unless one is named by its id. */
export async function raiseAtPoint(
  db: Db | Tx,
  { at, level, worst, structure }: { at: Date; level: number; worst: number; structure?: string }
): Promise<void> {
  await sql`insert into alarms.alarm (id, rule_id, rule_version, family, pack, title, follow, stream_id, stream_key, began_at, seq, judged_at, level, worst, type_id,
      item_id, item_code, item_name, grid_code, raised_at, level_at, state)
    select gen_random_uuid(), r.id, 1, 'x', 'bridges', '{"zh":"高","en":"High"}', '{"unit":"m"}', s.id, s.key, ${at}, 1, now(), ${level}, ${worst},
      t.type_id, i.id, i.code, i.name, i.grid_code, ${at}, now(), 'pending'
    from streams.stream s join streams.thing t on t.id = s.thing_id join registry.item i on i.id = t.item_id
    join registry.relation l on l.item_id = i.id ${structure === undefined ? sql`` : sql`and l.other_id = ${structure}`}
    join alarms.rule r on r.key = 'point-silent' limit 1`.execute(db)
}

const KEPT = ['scenarios.pack_change', 'alarms.judge_state', 'alarms.watched']

/** Rows of every table of the modules, but for those that remember what was done, and all tables there are. */
export async function countRows(db: Db): Promise<Record<string, number>> {
  const { rows } = await sql<{
    name: string
  }>`select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('registry', 'streams', 'alarms', 'cases', 'scenarios') and c.relkind in ('r', 'p') and not c.relispartition order by 1`.execute(
    db
  )
  const out: Record<string, number> = {}
  for (const { name } of rows) {
    if (KEPT.includes(name) || name.startsWith('streams.journal') || name === 'streams.follower' || name === 'streams.day')
      continue
    // Registers that stay remember that their declaration was another one for a while.
    const what = name === 'registry.type_version' ? sql`distinct type_id` : sql`*`
    const { rows: counted } = await sql<{ n: number }>`select count(${what})::int as n from ${sql.table(name)}`.execute(db)
    out[name] = counted[0]?.n ?? 0
  }
  const { rows: parts } = await sql<{
    n: number
  }>`select count(*)::int as n from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'registry' and c.relispartition`.execute(db)
  return { ...out, partitions: parts[0]?.n ?? 0 }
}
