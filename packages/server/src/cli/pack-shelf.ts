/** Where packs are changed from the command line: the database of this machine, or a server. */
import type { RegisterDeclaration } from '@chengyun/contract/registry'
import type { PackAct, PackList, PackPlan } from '@chengyun/contract/scenarios'
import type { Static } from 'typebox'
import { listTypes } from '../modules/registry/index.ts'
import {
  changePack,
  groundOf,
  HOUR_DAYS,
  listOffers,
  listPacks,
  planOf,
  presentPack,
  setUpPackDemo,
  soundOffer
} from '../modules/scenarios/index.ts'
import { streamsOf } from '../modules/streams/index.ts'
import { type Actor, SYSTEM } from '../platform/actor.ts'
import type { Db } from '../platform/db.ts'
import { type Account, openServer } from './server.ts'

/** Whoever holds the machine; so the audit trail calls it. */
const OPERATOR: Actor = { ...SYSTEM, name: '命令行', username: 'command-line' }

export interface PackAsked {
  id: string
  act: PackAct
  held: 'keep' | 'purge' | null
  /** Share of the demonstration's numbers; null: none of it. */
  demo: number | null
}

export interface Shelf {
  list(): Promise<Static<typeof PackList>['items']>
  plan(asked: PackAsked): Promise<PackPlan>
  change(asked: PackAsked): Promise<PackPlan>
  registers(): Promise<RegisterDeclaration[]>
}

const isBringing = (act: PackAct): boolean => act === 'install' || act === 'upgrade'

/** Works on the database itself, while a server runs or not. */
export function databaseShelf(db: Db, root: string): Shelf {
  const offerFor = async ({ id, act }: PackAsked) => (isBringing(act) ? soundOffer(db, root, id) : null)
  return {
    list: async () => {
      const offers = await listOffers(root, await groundOf(db))
      const installed = await listPacks(db)
      const ids = [...new Set([...installed, ...offers].map((p) => p.id))].sort()
      return ids.map((id) =>
        presentPack(
          id,
          offers.find((o) => o.id === id),
          installed.find((p) => p.id === id),
          true
        )
      )
    },
    plan: async (asked) => (await planOf(db, { ...asked, offer: await offerFor(asked) })).plan,
    change: async (asked) => {
      const offer = await offerFor(asked)
      const plan = await changePack(db, OPERATOR, { ...asked, offer })
      if (asked.demo !== null && offer) {
        await setUpPackDemo(db, OPERATOR, offer.document, { scale: asked.demo, hourDays: HOUR_DAYS, now: new Date() })
        await (await streamsOf(db)).close()
      }
      return plan
    },
    registers: async () => (await listTypes(db)).filter((t) => t.state === 'active').map((t) => t.declaration)
  }
}

/** Works through a running server. Throws AppError with what the server says. */
export async function serverShelf(url: string, account: Account): Promise<Shelf> {
  const { call } = await openServer(url, account)
  const get = async <T>(path: string): Promise<T> => (await (await call('GET', path)).json()) as T
  const plan = ({ id, act, held }: PackAsked) => get<PackPlan>(`/scenarios/${id}/plan?act=${act}${held ? `&held=${held}` : ''}`)
  return {
    list: async () => (await get<Static<typeof PackList>>('/scenarios')).items,
    plan,
    change: async (asked) => {
      const { token } = await plan(asked)
      const body = {
        token,
        ...(asked.held && { held: asked.held, confirm: asked.id }),
        ...(asked.demo !== null && { demo: true })
      }
      return (await (await call('POST', `/scenarios/${asked.id}/${asked.act}`, body)).json()) as PackPlan
    },
    registers: async () => {
      const { items } = await get<{ items: { declaration: RegisterDeclaration }[] }>('/registry/types')
      return items.map((t) => t.declaration)
    }
  }
}
