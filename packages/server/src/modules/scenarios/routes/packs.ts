import { Words } from '@chengyun/contract/common'
import {
  PACK_ACTS,
  type PackAct,
  PackActInput,
  PackHistory,
  PackList,
  PackPlan,
  PackView,
  PlanQuery,
  SCENARIOS_ERRORS
} from '@chengyun/contract/scenarios'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { may } from '../../../platform/actor.ts'
import { thrower } from '../../../platform/errors.ts'
import { changePack } from '../commands/change.ts'
import { HOUR_DAYS, setUpPackDemo } from '../demo.ts'
import { groundOf, listOffers, soundOffer } from '../offers.ts'
import { CONFIG, READ } from '../policy.ts'
import { presentPack } from '../present.ts'
import { findPack, listPackChanges, listPacks } from '../queries/packs.ts'
import { planOf } from '../queries/plan.ts'
import { demoScale, packFolder } from '../settings.ts'
import { ByPack, closed, PackId } from './params.ts'

const fail = thrower(SCENARIOS_ERRORS)
const ByAct = Type.Object({ pack: PackId, act: Words(PACK_ACTS) }, closed)
const Once = Type.Object({ 'idempotency-key': Type.Optional(Type.String({ minLength: 1, maxLength: 100 })) })

/** Packs in the console: what is offered, what is installed, what a change would do, and doing it. */
export const packRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const { db } = app
  const root = packFolder(app.settings)
  const offerFor = (act: PackAct, id: string) =>
    act === 'install' || act === 'upgrade' ? soundOffer(db, root, id) : Promise.resolve(null)

  app.get('/scenarios', { config: { permission: READ }, schema: { response: { 200: PackList } } }, async (req) => {
    const mayConfig = may(req.actor, CONFIG)
    const installed = await listPacks(db)
    // Who may not install anything has no use for what could be.
    const offers = mayConfig ? await listOffers(root, await groundOf(db)) : []
    const ids = [...new Set([...installed.map((p) => p.id), ...offers.map((o) => o.id)])].sort()
    const of = <T extends { id: string }>(list: readonly T[], id: string) => list.find((o) => o.id === id)
    return { items: ids.map((id) => presentPack(id, of(offers, id), of(installed, id), mayConfig)) }
  })
  app.get(
    '/scenarios/:pack',
    { config: { permission: READ }, schema: { params: ByPack, response: { 200: PackView } } },
    async (req) => {
      const { pack: id } = req.params
      const mayConfig = may(req.actor, CONFIG)
      const installed = await findPack(db, id)
      const offer = mayConfig ? (await listOffers(root, await groundOf(db))).find((o) => o.id === id) : undefined
      if (!installed && !offer) throw fail('SCENARIOS_PACK_NOT_FOUND', { pack: id })
      return presentPack(id, offer, installed, mayConfig)
    }
  )
  app.get(
    '/scenarios/:pack/history',
    {
      config: { permission: CONFIG },
      schema: { summary: 'What was done with a pack', params: ByPack, response: { 200: PackHistory } }
    },
    async (req) => ({ items: await listPackChanges(db, req.params.pack) })
  )
  app.get(
    '/scenarios/:pack/plan',
    {
      config: { permission: CONFIG },
      schema: {
        summary: 'What a change of a pack would do',
        params: ByPack,
        querystring: PlanQuery,
        response: { 200: PackPlan }
      }
    },
    async (req) => {
      const { act, held = null } = req.query
      const { pack: id } = req.params
      return (await planOf(db, { id, act, held, offer: await offerFor(act, id) })).plan
    }
  )
  app.post(
    '/scenarios/:pack/:act',
    {
      config: { permission: CONFIG },
      schema: {
        summary: 'Installs, upgrades, disables, enables or removes a pack as its plan says',
        params: ByAct,
        headers: Once,
        body: PackActInput,
        response: { 200: PackPlan }
      }
    },
    async (req) => {
      const { pack: id, act } = req.params
      const { held = null, token, confirm } = req.body
      if (held === 'purge' && confirm !== id) throw fail('SCENARIOS_CONFIRM', { pack: id })
      const asked = { id, act, held, token, offer: await offerFor(act, id) }
      const plan = await changePack(db, req.actor, asked, { key: req.headers['idempotency-key'] })
      if (req.body.demo && asked.offer)
        await setUpPackDemo(db, req.actor, asked.offer.document, {
          scale: demoScale(app.settings) || 1,
          hourDays: HOUR_DAYS,
          now: new Date()
        })
      return plan
    }
  )
}
