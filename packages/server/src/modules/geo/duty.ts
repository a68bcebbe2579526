/** What saving a duty grid would change. Writes nothing. */
import type { DutyGridDraft, DutyGridPreview, RegridEffect } from '@chengyun/contract/geo'
import type { Db } from '../../platform/db.ts'
import { dutyRules, gridFollowers } from './followers.ts'
import { listMemberships, listUncovered } from './queries/regrid.ts'
import { listDutyGridMembers } from './queries.ts'

const SAMPLE = 50
const PAGE = 1000
const MOST_LOOKED = 20_000
/** Digits of the code of a grid that name its street. */
const STREET_LENGTH = 9

/** Unit grids that join and leave, who holds them already in this shift, whose open rows change hands, whose posts and rules it concerns. */
export async function previewDutyGrid(db: Db, draft: DutyGridDraft): Promise<DutyGridPreview> {
  const before = new Set(await listDutyGridMembers(db, draft.code))
  const wanted = new Set(draft.gridCodes)
  const added = draft.gridCodes.filter((code) => !before.has(code)).sort()
  const removed = [...before].filter((code) => !wanted.has(code)).sort()
  const memberships = await listMemberships(db, added)
  const free = await listUncovered(db, (draft.gridCodes[0] ?? draft.code).slice(0, STREET_LENGTH), draft.code)
  return {
    added,
    removed,
    uncovered: free.filter((code) => !wanted.has(code)),
    taken: memberships
      .filter((m) => m.shift === draft.shift && m.duty_grid_code !== draft.code)
      .map((m) => ({ gridCode: m.grid_code, dutyGridCode: m.duty_grid_code, name: m.name })),
    effects: await effectsOf(db, [...added, ...removed]),
    rules: (await dutyRules(db, [draft.code])).map((r) => r.rule)
  }
}

/** Rows that keep a duty grid and lie in unit grids that change hands. */
async function effectsOf(db: Db, gridCodes: readonly string[]): Promise<RegridEffect[]> {
  const out: RegridEffect[] = []
  for (const follower of gridFollowers()) {
    if (!follower.keepsDutyGrid || gridCodes.length === 0) continue
    const effect: RegridEffect = { follower: follower.id, name: follower.name, looked: 0, moved: 0, more: false, sample: [] }
    for (let after: string | null = null; ; ) {
      const page = await follower.listIn(db, gridCodes, after, PAGE)
      effect.looked += page.length
      effect.moved += page.length
      for (const row of page.slice(0, SAMPLE - effect.sample.length))
        effect.sample.push({ key: row.key, title: row.title, position: [row.lng, row.lat], from: row.gridCode, to: row.gridCode })
      after = page.at(-1)?.key ?? null
      effect.more = page.length === PAGE && effect.looked >= MOST_LOOKED
      if (page.length < PAGE || effect.more) break
    }
    out.push(effect)
  }
  return out
}
