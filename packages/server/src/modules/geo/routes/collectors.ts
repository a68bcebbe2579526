/** Collectors of a duty grid: read with the organisation, given and taken by whoever manages posts. */
import { DutyCollector, DutyCollectorInput, DutyGridCode, GEO_ERRORS } from '@chengyun/contract/geo'
import { ChangeView, PreviewQuery } from '@chengyun/contract/org'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { thrower } from '../../../platform/errors.ts'
import { planCollector, planCollectorEnd, planOrDo } from '../../org/index.ts'
import { dutyCollectors } from '../duty-collectors.ts'
import { listDutyGrids } from '../queries.ts'

const fail = thrower(GEO_ERRORS)
const Code = Type.Object({ code: DutyGridCode })
const Post = Type.Object({ code: DutyGridCode, postId: Type.String({ format: 'uuid' }) })

export const collectorRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const { db } = app

  app.get(
    '/geo/duty-grids/:code/collectors',
    { config: { permission: 'org:read' }, schema: { params: Code, response: { 200: Type.Array(DutyCollector) } } },
    (req) => dutyCollectors(db, req.params.code, new Date())
  )
  app.post(
    '/geo/duty-grids/:code/collectors',
    {
      config: { permission: 'org:posts' },
      schema: { params: Code, body: DutyCollectorInput, querystring: PreviewQuery, response: { 200: ChangeView } }
    },
    async (req) => {
      const { code } = req.params
      if ((await listDutyGrids(db, code.slice(0, 9))).every((g) => g.code !== code))
        throw fail('GEO_DUTY_GRID_NOT_FOUND', { code })
      return planOrDo(app, req, (on, ctx) => planCollector(on, { ...req.body, dutyGridCode: code }, ctx))
    }
  )
  app.delete(
    '/geo/duty-grids/:code/collectors/:postId',
    {
      config: { permission: 'org:posts' },
      schema: { params: Post, querystring: PreviewQuery, response: { 200: ChangeView } }
    },
    (req) => {
      const { code, postId } = req.params
      return planOrDo(app, req, (on, ctx) => planCollectorEnd(on, { postId, dutyGridCode: code }, ctx))
    }
  )
}
