/** Who asks SensorThings, what he sees, and what his questions are put to. */
import type { Actor } from '../../../platform/actor.ts'
import type { Db } from '../../../platform/db.ts'
import { listTypes, mayReadRestricted, mayReadType, reachOf, shownAttributes } from '../../registry/index.ts'
import type { BoundCall } from '../domain/sta/bind.ts'
import type { Found } from '../queries/sta-geo.ts'
import type { Sight } from '../queries/sta-model.ts'
import type { Compiled } from '../queries/sta-sql.ts'
import type { Streams } from '../runtime.ts'

export interface Asking {
  db: Db
  streams: Streams
  actor: Actor
  sight: Sight
  /** Attributes of an item as whoever asks may see them. */
  attributesOf(typeId: string, values: Readonly<Record<string, unknown>>): Record<string, unknown>
  /** Address of the version, without a slash at its end. */
  base: string
  /** Epoch ms. */
  now: number
  /** A device that sends: whether it may write a stream. Nothing is asked of `actor` then. */
  device?: { mayWrite(stream: number): boolean }
}

type Types = Awaited<ReturnType<typeof listTypes>>
interface Known {
  types: Types
  /** What each account sees, as long as these declarations count: thousands of Observations a second come from the same one. */
  eyes: WeakMap<Actor, Promise<Eyes>>
}
const FRESH_MS = 3000
const known = new WeakMap<Db, Promise<Known>>()
const readAt = new WeakMap<Db, number>()

/** Registers, as they were at most three seconds ago. */
async function declared(db: Db, now: number): Promise<Known> {
  const there = known.get(db)
  if (there && now - (readAt.get(db) ?? 0) < FRESH_MS) return there
  readAt.set(db, now)
  const made = listTypes(db).then((types): Known => ({ types, eyes: new WeakMap() }))
  known.set(db, made)
  made.catch(() => known.delete(db))
  return made
}

type Eyes = Pick<Asking, 'sight' | 'attributesOf'>

/** What a person may see of things and their readings. */
export async function askingOf(streams: Streams, db: Db, actor: Actor, base: string, now: number): Promise<Asking> {
  const declarations = await declared(db, now)
  const made = declarations.eyes.get(actor) ?? eyesOf(db, actor, declarations)
  declarations.eyes.set(actor, made)
  made.catch(() => declarations.eyes.delete(actor))
  return { db, streams, actor, base, now, ...(await made) }
}

async function eyesOf(db: Db, actor: Actor, { types }: Known): Promise<Eyes> {
  const reach = await reachOf(db, actor, 'streams:read')
  const isRestricted = mayReadRestricted(actor)
  const hiddenAttributes = new Map<string, string[]>()
  const byId = new Map(types.map((t) => [t.id, t.declaration]))
  for (const { id, declaration } of types)
    for (const a of declaration.attributes)
      if (a.mask !== undefined || (a.visibility === 'restricted' && !isRestricted))
        hiddenAttributes.set(a.key, [...(hiddenAttributes.get(a.key) ?? []), id])
  return {
    attributesOf: (typeId, values) => {
      const declaration = byId.get(typeId)
      return declaration ? shownAttributes(declaration, values, { restricted: isRestricted, clear: false }).attributes : {}
    },
    sight: {
      reach,
      hiddenTypes: types.filter((t) => !mayReadType(actor, t.declaration)).map((t) => t.id),
      hiddenAttributes,
      showsHidden: actor.system === true
    }
  }
}

export const compiledFor = (
  { sight, now }: Asking,
  found: ReadonlyMap<BoundCall, Found> = new Map(),
  packed: Compiled['packed'] = new Map()
): Compiled => ({ sight, now, found, packed })
