import { ErrorBody } from '@chengyun/contract/common'
import { CoverageView, GridCoverageList, ShiftView, StaffList } from '@chengyun/contract/field'
import { dayAt } from '@chengyun/contract/indicators'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { dutyGridsOf } from '../../org/index.ts'
import type { FieldEnv } from '../apply.ts'
import { inWatch, inWatchGrid } from '../policy.ts'
import { presentGrid, presentShift, presentStaff } from '../present.ts'
import { coverageOf, coverageOfGrids, listStaff, plannedFor, shiftsOf } from '../queries/shift.ts'

const errors = { 401: ErrorBody, 403: ErrorBody }

/** Attendance, today's coverage, and who is out there now. */
export const shiftRoutes =
  (env: FieldEnv): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { db, timeZone } = env.cases
    const stillMin = env.settings.CHENGYUN_FIELD_STILL_MIN

    app.get(
      '/field/shift',
      {
        config: { permission: 'field:work' },
        schema: { tags: ['field'], summary: 'My shift now, or the last one', response: { 200: ShiftView, ...errors } }
      },
      async (req) => {
        const [shifts, planned] = await Promise.all([shiftsOf(db, req.actor.id, 1), plannedFor(db, req.actor.id, new Date())])
        return presentShift(shifts[0], planned, stillMin)
      }
    )

    app.get(
      '/field/coverage',
      {
        config: { permission: 'field:work' },
        schema: { tags: ['field'], summary: 'Unit grids of mine I was in today', response: { 200: CoverageView, ...errors } }
      },
      async (req) => {
        const day = dayAt(Date.now(), timeZone)
        const codes = dutyGridsOf(req.actor.grants)
        const { cells, visited } = await coverageOf(db, req.actor.id, day, codes)
        return {
          day,
          cells,
          visited: visited.length,
          ratio: cells === 0 ? 0 : Math.round((visited.length / cells) * 1000) / 1000,
          visitedCodes: visited
        }
      }
    )

    app.get(
      '/field/staff',
      {
        config: { permission: 'field:watch' },
        schema: {
          tags: ['field'],
          summary: 'Who is on shift now and where, within my scope',
          response: { 200: StaffList, ...errors }
        }
      },
      async (req) => {
        const now = new Date()
        const rows = (await listStaff(db, now, dayAt(now.getTime(), timeZone))).filter((row) => inWatch(req.actor, row))
        return { asOf: now.toISOString(), items: rows.map((row) => presentStaff(row, stillMin)) }
      }
    )

    app.get(
      '/field/coverage/grids',
      {
        config: { permission: 'field:watch' },
        schema: {
          tags: ['field'],
          summary: 'How much of each duty grid anybody was in today, within my scope',
          response: { 200: GridCoverageList, ...errors }
        }
      },
      async (req) => {
        const day = dayAt(Date.now(), timeZone)
        const rows = (await coverageOfGrids(db, day)).filter((row) => inWatchGrid(req.actor, row))
        return { day, items: rows.map(presentGrid) }
      }
    )
  }
