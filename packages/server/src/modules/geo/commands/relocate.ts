/** Locating rows of other modules anew after unit grids or duty grids changed: in pages, each kept, so that a stop loses nothing. */
import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'
import { newId } from '../../../platform/ids.ts'
import { followerOf, type GridFollower, gridFollowers, type Relocated } from '../followers.ts'
import { nextRelocation } from '../queries/regrid.ts'
import type { GeoService } from '../service.ts'

const PAGE = 500

/** Queues every module that keeps rows in these unit grids; with `dutyOnly`, those that keep duty grids. */
export async function queueRelocations(
  tx: Tx,
  input: { regridId: string | null; gridCodes: readonly string[]; now: Date; dutyOnly: boolean }
): Promise<void> {
  if (input.gridCodes.length === 0) return
  for (const follower of gridFollowers()) {
    if (input.dutyOnly && !follower.keepsDutyGrid) continue
    await tx
      .insertInto('geo.relocation')
      .values({
        id: newId(),
        regrid_id: input.regridId,
        follower: follower.id,
        grid_codes: [...input.gridCodes],
        after_key: null,
        total: null,
        queued_at: input.now,
        finished_at: null
      })
      .execute()
  }
}

/** Works off what is queued. Answers how many rows lie elsewhere now. */
export async function runRelocations(db: Db, geo: GeoService, now: () => Date): Promise<number> {
  let moved = 0
  for (let job = await nextRelocation(db); job; job = await nextRelocation(db)) {
    await geo.refresh()
    const follower = followerOf(job.follower)
    const total = job.total ?? (follower ? await follower.countIn(db, job.grid_codes) : 0)
    let after = job.after_key
    for (let open = follower !== undefined; open; ) {
      const page = await turnPage(db, geo, follower as GridFollower, job.grid_codes, after, now())
      moved += page.moved
      after = page.after
      open = page.looked === PAGE
      await sql`update geo.relocation set after_key = ${after}, total = greatest(${total}::int, done + ${page.looked}::int),
        done = done + ${page.looked}::int, moved = moved + ${page.moved}::int where id = ${job.id}`.execute(db)
    }
    await sql`update geo.relocation set finished_at = ${now()}, total = done where id = ${job.id}`.execute(db)
  }
  return moved
}

async function turnPage(
  db: Db,
  geo: GeoService,
  follower: GridFollower,
  gridCodes: readonly string[],
  after: string | null,
  now: Date
): Promise<{ looked: number; moved: number; after: string | null }> {
  const rows = await follower.listIn(db, gridCodes, after, PAGE)
  const changed = rows.flatMap((row): Relocated[] => {
    const at = geo.locate(row)
    const isSame =
      at?.gridCode === row.gridCode && (!follower.keepsDutyGrid || (at?.dutyGridCode ?? null) === (row.dutyGridCode ?? null))
    return at === null || isSame ? [] : [{ key: row.key, gridCode: at.gridCode, dutyGridCode: at.dutyGridCode }]
  })
  if (changed.length > 0) await follower.relocate(db, changed, now)
  return { looked: rows.length, moved: changed.length, after: rows.at(-1)?.key ?? after }
}
