/** Who walks a duty grid. The posts are the truth; here they are read from the side of the duty grid. */
import type { DutyCollector } from '@chengyun/contract/geo'
import type { Db } from '../../platform/db.ts'
import { dutyGridsAt } from '../org/index.ts'
import { type CollectorPost, listCollectorPosts } from './queries/regrid.ts'

/** Collectors of a duty grid now and to come: main before others, present before coming, by name. */
export async function dutyCollectors(db: Db, code: string, now: Date): Promise<DutyCollector[]> {
  const posts = await listCollectorPosts(db, [code], now)
  const ofPerson = Map.groupBy(posts, (p) => p.user_id)
  // Looked at when the post begins, or now: a later post may have made another duty grid the main one.
  const isMain = (p: CollectorPost, at: Date): boolean => dutyGridsAt(ofPerson.get(p.user_id) ?? [], at)?.[0] === code
  const rank = (c: DutyCollector): number => Number(c.isComing) * 2 + Number(!c.isMain)
  return posts
    .filter((p) => p.duty_grid_codes.includes(code))
    .map((p) => ({
      postId: p.id,
      userId: p.user_id,
      name: p.name,
      unitName: p.unit_name,
      isMain: isMain(p, p.valid_from_at > now ? p.valid_from_at : now),
      from: p.valid_from_at.toISOString(),
      to: p.valid_to_at?.toISOString() ?? null,
      isComing: p.valid_from_at > now
    }))
    .sort((a, b) => rank(a) - rank(b))
}
