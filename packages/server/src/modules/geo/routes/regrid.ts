/** Editing of unit grids and duty grids, under geo:config. */
import { Words } from '@chengyun/contract/common'
import {
  DivisionCode,
  DutyGridCode,
  DutyGridDraft,
  DutyGridPreview,
  RegridEntry,
  RegridPreview,
  RegridPreviewRequest,
  RegridRequest,
  RegridState,
  RegridUndo
} from '@chengyun/contract/geo'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { applyRegrid, undoRegrid } from '../commands/regrid.ts'
import { retireDutyGrid } from '../commands/retire-duty-grid.ts'
import { previewDutyGrid } from '../duty.ts'
import { presentRegrids } from '../present-regrid.ts'
import { fingerprintOf, listCommunityGrids } from '../queries/regrid.ts'
import { previewRegrid, regridState } from '../regrid.ts'
import { geoService } from '../service.ts'

const config = { config: { permission: 'geo:config' } }
const Community = Type.Object({ community: DivisionCode })
const Id = Type.Object({ id: Type.String({ format: 'uuid' }) })
const Done = Type.Object({
  id: Type.String(),
  retired: Type.Array(Type.String()),
  created: Type.Array(Type.String()),
  altered: Type.Array(Type.String())
})

export const regridRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const { db } = app
  const geo = await geoService(db)

  app.get('/geo/regrid/:community', { ...config, schema: { params: Community, response: { 200: RegridState } } }, (req) =>
    regridState(db, req.params.community)
  )
  app.get(
    '/geo/regrid/:community/history',
    { ...config, schema: { params: Community, response: { 200: Type.Array(RegridEntry) } } },
    async (req) => {
      const { community } = req.params
      return presentRegrids(db, community, fingerprintOf(await listCommunityGrids(db, community)))
    }
  )
  app.post(
    '/geo/regrid/:community/preview',
    { ...config, schema: { params: Community, body: RegridPreviewRequest, response: { 200: RegridPreview } } },
    (req) => previewRegrid(db, req.params.community, req.body.steps, req.body.effects ?? false)
  )
  app.post(
    '/geo/regrid/:community',
    { ...config, schema: { params: Community, body: RegridRequest, response: { 200: Done } } },
    async (req) => {
      const done = await applyRegrid(db, req.actor, { communityCode: req.params.community, ...req.body })
      await geo.refresh()
      return done
    }
  )
  app.post(
    '/geo/regrids/:id/undo',
    { ...config, schema: { params: Id, body: RegridUndo, response: { 200: Done } } },
    async (req) => {
      const done = await undoRegrid(db, req.actor, { id: req.params.id, note: req.body.note })
      await geo.refresh()
      return done
    }
  )

  app.post('/geo/duty-grids/preview', { ...config, schema: { body: DutyGridDraft, response: { 200: DutyGridPreview } } }, (req) =>
    previewDutyGrid(db, req.body)
  )
  app.delete(
    '/geo/duty-grids/:code',
    {
      ...config,
      schema: {
        params: Type.Object({ code: DutyGridCode }),
        querystring: Type.Object({ acceptUncovered: Type.Optional(Words(['true'])) }, { additionalProperties: false }),
        response: { 200: Type.Object({ code: DutyGridCode }) }
      }
    },
    async (req) => {
      const acceptUncovered = req.query.acceptUncovered === 'true'
      const done = await retireDutyGrid(db, req.actor, { ...req.params, acceptUncovered })
      await geo.refresh()
      return done
    }
  )
}
