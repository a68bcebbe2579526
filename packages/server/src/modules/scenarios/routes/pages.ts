import {
  FigureRows,
  FigureRowsQuery,
  PackPage,
  PackPages,
  type PageWidget,
  SCENARIOS_ERRORS,
  SparksQuery,
  SparksView,
  WidgetData,
  WidgetQuery
} from '@chengyun/contract/scenarios'
import type { Widget } from '@chengyun/scenario-kit/packs'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from 'typebox'
import { type Actor, may } from '../../../platform/actor.ts'
import { thrower } from '../../../platform/errors.ts'
import { countedAlarms } from '../../alarms/index.ts'
import { findType } from '../../registry/index.ts'
import { streamsOf } from '../../streams/index.ts'
import { type Eye, openEye } from '../eye.ts'
import { figureRows } from '../figures.ts'
import { READ } from '../policy.ts'
import { activePack, listActivePacks } from '../queries/packs.ts'
import { indicatorOf, unitOf } from '../widgets/numbers.ts'
import { sparks } from '../widgets/stations.ts'
import { widgetData } from '../widgets.ts'
import { closed, Key, PackId } from './params.ts'

const fail = thrower(SCENARIOS_ERRORS)
const ByPage = Type.Object({ pack: PackId, page: Key }, closed)
const ByWidget = Type.Object({ pack: PackId, page: Key, n: Type.Integer({ minimum: 0, maximum: 23 }) }, closed)
const ByFigure = Type.Object({ pack: PackId, key: Key }, closed)
const PAGE = 100

type Spans = Static<typeof PageWidget>['spans']
const SPANS: Partial<Record<Widget['type'], Spans>> = {
  trend: ['day', 'week', 'month', 'season', 'year'],
  heatCalendar: ['week', 'month', 'season', 'year'],
  beforeAfter: ['day', 'week', 'month', 'year']
}

/** Pages of packs, and what their widgets show, within the reader's reach. */
export const pageRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const { db } = app

  const eyeOf = async (actor: Actor, id: string): Promise<Eye> => {
    const pack = await activePack(db, id, 'SCENARIOS_PAGE_NOT_FOUND')
    return openEye(db, await streamsOf(db), actor, pack)
  }
  const widgetOf = async (actor: Actor, p: Static<typeof ByWidget>) => {
    const eye = await eyeOf(actor, p.pack)
    const widget = eye.pack.pages.find((x) => x.key === p.page)?.widgets[p.n]
    if (!widget) throw fail('SCENARIOS_PAGE_NOT_FOUND')
    return { eye, widget }
  }

  app.get(
    '/scenarios/pages',
    { config: { permission: READ }, schema: { summary: 'Pages for navigation', response: { 200: PackPages } } },
    async (req) => {
      const packs = await listActivePacks(db)
      const standing = may(req.actor, 'alarms:read') ? await countedAlarms(db, req.actor, { state: 'open' }) : []
      const byPack = Map.groupBy(standing, (a) => a.rule_id.split('/')[0]!)
      return {
        items: packs.map(({ id, document }) => {
          const alarms = byPack.get(id) ?? []
          return {
            pack: id,
            name: document.scenario.name,
            kind: document.scenario.kind,
            pages: document.pages.map(({ key, name, theme }) => ({ key, name, theme })),
            reports: [...new Set((document.reports ?? []).map((r) => r.subject))],
            alarms: alarms.length,
            worst: alarms.length === 0 ? 0 : Math.min(...alarms.map((a) => a.level))
          }
        })
      }
    }
  )
  app.get(
    '/scenarios/:pack/pages/:page',
    { config: { permission: READ }, schema: { params: ByPage, response: { 200: PackPage } } },
    async (req) => {
      const eye = await eyeOf(req.actor, req.params.pack)
      const page = eye.pack.pages.find((p) => p.key === req.params.page)
      if (!page) throw fail('SCENARIOS_PAGE_NOT_FOUND')
      const register = page.subject
      const type = register ? await findType(db, register) : undefined
      return {
        pack: eye.id,
        packName: eye.pack.scenario.name,
        key: page.key,
        name: page.name,
        theme: page.theme,
        subject: register && type ? { register, name: type.declaration.name, count: await eye.countItems(register) } : null,
        widgets: page.widgets.map((w) => ({
          type: w.type,
          title: w.title,
          span: w.span,
          rows: w.rows,
          spans: SPANS[w.type] ?? [],
          during: 'during' in w && w.during ? w.during : null
        })),
        pages: eye.pack.pages.map(({ key, name }) => ({ key, name })),
        demo: eye.pack.demo !== null
      }
    }
  )
  app.get(
    '/scenarios/:pack/pages/:page/widgets/:n',
    { config: { permission: READ }, schema: { params: ByWidget, querystring: WidgetQuery, response: { 200: WidgetData } } },
    async (req, reply) => {
      const { eye, widget } = await widgetOf(req.actor, req.params)
      const data = await widgetData(eye, widget, req.query)
      if (!data) throw fail('SCENARIOS_PAGE_NOT_FOUND')
      // Which of ten forms it is would be found out by holding tens of thousands of numbers against each of them.
      return reply
        .type('application/json; charset=utf-8')
        .serializer((body) => JSON.stringify(body))
        .send(data)
    }
  )
  app.get(
    '/scenarios/:pack/pages/:page/widgets/:n/sparks',
    { config: { permission: READ }, schema: { params: ByWidget, querystring: SparksQuery, response: { 200: SparksView } } },
    async (req) => {
      const { eye, widget } = await widgetOf(req.actor, req.params)
      if (widget.type !== 'stations') throw fail('SCENARIOS_PAGE_NOT_FOUND')
      return sparks(eye, widget, req.query.codes.split(','))
    }
  )
  app.get(
    '/scenarios/:pack/figures/:key/rows',
    { config: { permission: READ }, schema: { params: ByFigure, querystring: FigureRowsQuery, response: { 200: FigureRows } } },
    async (req) => {
      const eye = await eyeOf(req.actor, req.params.pack)
      const indicator = indicatorOf(eye, req.params.key)
      if (!indicator) throw fail('SCENARIOS_PAGE_NOT_FOUND')
      const { cursor, limit = PAGE, whole = false } = req.query
      const rows = await figureRows(eye, indicator, whole)
      const from = cursor === undefined ? 0 : Math.max(0, Number(cursor) || 0)
      const { latest } = eye.streams
      return {
        pack: eye.id,
        key: indicator.key,
        name: indicator.name,
        meaning: indicator.meaning,
        unit: unitOf(indicator),
        total: rows.length,
        at: new Date(eye.now).toISOString(),
        items: rows.slice(from, from + limit).map((r) => {
          const heard = r.stream === null ? undefined : latest.get(r.stream)
          return {
            register: r.register,
            code: r.code,
            name: r.name,
            address: r.address,
            streamId: r.stream,
            value: r.stream === null ? null : eye.shown(r.stream),
            state: r.stream === null ? 'good' : eye.state(r.stream),
            heardAt: heard ? new Date(heard.at).toISOString() : null
          }
        }),
        next: from + limit < rows.length ? String(from + limit) : null
      }
    }
  )
}
