// Packs for tests, written into a folder of their own: what a new pack is, with what the test changes of it.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { scaffoldPack } from '@chengyun/scenario-kit/packs'
import { sql } from 'kysely'
import { SYSTEM } from '../../platform/actor.ts'
import type { Db } from '../../platform/db.ts'
import { changePack } from './commands/change.ts'
import { soundOffer } from './offers.ts'
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
