// Who walks a duty grid, and when: changes of posts like any other, planned here from what a person means by them.
import { ORG_ERRORS } from '@chengyun/contract/org'
import type { Db, Tx } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { dutyGridsAt } from '../domain/duty-grids.ts'
import type { Planner } from './change.ts'
import { planPostChange, planPostCreate } from './plan-people.ts'

const fail = thrower(ORG_ERRORS)
/** A beginning that lies no further back than this is now: clocks of screens differ. */
const NOW_MS = 120_000

export interface CollectorDuty {
  userId: string
  dutyGridCode: string
  /** His main duty grid, before those he has; else one beside them. */
  main: boolean
  from?: string | undefined
  to?: string | null | undefined
}

const postsOf = (db: Db | Tx, userId: string, now: Date) =>
  db
    .selectFrom('org.post')
    .selectAll()
    .where('user_id', '=', userId)
    .where('role', '=', 'collector')
    .where((eb) => eb.or([eb('valid_to_at', 'is', null), eb('valid_to_at', '>', now)]))
    .orderBy('valid_from_at')
    .orderBy('id')
    .execute()

/** Gives a duty grid to a collector. From now on and without end his post changes; for a time he gets a post beside it.
 *  Throws ORG_COLLECTOR_NO_POST, ORG_DUTY_GRID_HELD, ORG_PERIOD and what posts refuse. */
export const planCollector: Planner<CollectorDuty> = async (db, input, ctx) => {
  const { dutyGridCode: code, main } = input
  const given = input.from === undefined ? ctx.now : new Date(input.from)
  const from = Math.abs(given.getTime() - ctx.now.getTime()) <= NOW_MS ? ctx.now : given
  const to = input.to ? new Date(input.to) : null
  if (from < ctx.now || (to !== null && to <= from)) throw fail('ORG_PERIOD')
  const posts = await postsOf(db, input.userId, ctx.now)
  const covering = posts.filter((p) => p.valid_from_at <= from && (p.valid_to_at === null || p.valid_to_at > from))
  const base = covering.findLast((p) => p.valid_to_at === null) ?? covering.at(-1)
  if (!base) throw fail('ORG_COLLECTOR_NO_POST')
  const held = dutyGridsAt(posts, from) ?? []
  const isHeld = (p: (typeof posts)[number]): boolean =>
    p.duty_grid_codes.includes(code) && (p.valid_to_at === null || p.valid_to_at > from) && (to === null || p.valid_from_at < to)
  if (posts.some(isHeld) && (held[0] === code) === main) throw fail('ORG_DUTY_GRID_HELD', { code })
  if (from === ctx.now && to === null && base.valid_to_at === null) {
    const others = base.duty_grid_codes.filter((c) => c !== code)
    return planPostChange(db, { id: base.id, dutyGridCodes: main ? [code, ...others] : [...others, code] }, ctx)
  }
  const first = held.find((c) => c !== code)
  return planPostCreate(
    db,
    {
      userId: input.userId,
      role: 'collector',
      unitId: base.unit_id,
      regionCodes: base.region_codes,
      dutyGridCodes: main || first === undefined ? [code] : [first, code],
      validFrom: from.toISOString(),
      validTo: to?.toISOString() ?? null
    },
    ctx
  )
}

/** Takes a duty grid from a collector: out of his post, or the post with it where it was given for a time.
 *  Throws ORG_POST_NOT_FOUND when the post does not name it. */
export const planCollectorEnd: Planner<{ postId: string; dutyGridCode: string }> = async (db, input, ctx) => {
  const post = await db.selectFrom('org.post').selectAll().where('id', '=', input.postId).executeTakeFirst()
  if (post?.role !== 'collector' || !post.duty_grid_codes.includes(input.dutyGridCode)) throw fail('ORG_POST_NOT_FOUND')
  const others = await postsOf(db, post.user_id, ctx.now)
  const beside = others.some((p) => p.id !== post.id && p.unit_id === post.unit_id && p.valid_to_at === null)
  if (beside && post.valid_to_at !== null) return planPostChange(db, { id: post.id, end: true }, ctx)
  const dutyGridCodes = post.duty_grid_codes.filter((c) => c !== input.dutyGridCode)
  return planPostChange(db, { id: post.id, dutyGridCodes }, ctx)
}
