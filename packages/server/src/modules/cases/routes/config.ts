import { ClassCode, ClassKind, DisposalLimit, StandardRefSchema } from '@chengyun/contract/cases'
import { parseCalendarRows, WorkCalendar } from '@chengyun/contract/clock'
import { Id } from '@chengyun/contract/common'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { addCalendar, addClass, changeClass, saveCondition, saveFlowConfig, undoChange } from '../commands/config.ts'
import { removeFilter, saveFilter } from '../commands/personal.ts'
import { refuse } from '../domain/guards.ts'
import type { CaseEnv } from '../env.ts'
import { countRegisteredUnder, listCalendars, listChanges, listFilters } from '../queries/config.ts'
import { listHandlers } from '../queries/people.ts'

const strict = { additionalProperties: false } as const
const CONFIG = { permission: 'cases:config' } as const
const ClassKeyFields = { standardRef: StandardRefSchema, kind: ClassKind, code: ClassCode }
const Preview = Type.Object({ preview: Type.Optional(Type.Boolean()) })

/** Code tables, conditions, calendars and flow settings: read by everyone who works cases, changed by the data administrator. */
export const configRoutes =
  (env: CaseEnv): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { db, reference } = env
    const after = async <T>(change: Promise<T>): Promise<T> => {
      const out = await change
      await reference.reload(db)
      return out
    }

    app.get(
      '/cases/config/classes',
      { config: { authenticated: true }, schema: { tags: ['cases'], summary: 'Code tables' } },
      () => ({ classes: [...reference.classes.values()] })
    )
    app.get(
      '/cases/config/conditions',
      {
        config: { authenticated: true },
        schema: {
          tags: ['cases'],
          summary: 'Conditions of a class',
          querystring: Type.Object({
            standardRef: Type.Optional(StandardRefSchema),
            kind: Type.Optional(ClassKind),
            code: Type.Optional(ClassCode),
            district: Type.Optional(Type.String({ maxLength: 12 }))
          })
        }
      },
      (req) => {
        const { standardRef, kind, code, district } = req.query
        const conditions = [...reference.conditions.values()].filter(
          (c) => (!standardRef || c.standardRef === standardRef) && (!kind || c.kind === kind) && (!code || c.code === code)
        )
        return { conditions: conditions.map((c) => ({ ...c, limit: reference.limitOf(c, district ?? null) })) }
      }
    )
    app.get(
      '/cases/config/flow',
      { config: { authenticated: true }, schema: { tags: ['cases'], summary: 'Flow settings' } },
      () => ({ config: reference.config, version: reference.configVersion })
    )
    app.get(
      '/cases/config/calendars',
      { config: { authenticated: true }, schema: { tags: ['cases'], summary: 'Working calendars, all editions' } },
      async () => ({ calendars: await listCalendars(db) })
    )
    app.get(
      '/cases/config/changes',
      { config: CONFIG, schema: { tags: ['cases'], summary: 'Changes of configuration' } },
      async () => ({ changes: await listChanges(db) })
    )

    app.put(
      '/cases/config/classes',
      {
        config: CONFIG,
        schema: {
          tags: ['cases'],
          querystring: Preview,
          body: Type.Object(
            {
              ...ClassKeyFields,
              active: Type.Optional(Type.Boolean()),
              selfHandle: Type.Optional(Type.Boolean()),
              remoteCheck: Type.Optional(Type.Boolean()),
              name: Type.Optional(Type.String({ minLength: 1, maxLength: 60 }))
            },
            strict
          )
        }
      },
      async (req) => {
        const before = reference.findClass(req.body.standardRef, req.body.kind, req.body.code)
        if (!before) throw refuse('CASE_CLASS_UNKNOWN', { classCode: req.body.code, standardRef: req.body.standardRef })
        if (req.query.preview)
          return { before, after: { ...before, ...req.body }, openCases: await countRegisteredUnder(db, req.body) }
        return after(changeClass(db, req.actor, req.body))
      }
    )
    app.post(
      '/cases/config/classes',
      {
        config: CONFIG,
        schema: {
          tags: ['cases'],
          querystring: Preview,
          body: Type.Object(
            {
              ...ClassKeyFields,
              name: Type.String({ minLength: 1, maxLength: 60 }),
              nameEn: Type.Optional(Type.String({ maxLength: 120 }))
            },
            strict
          )
        }
      },
      async (req) => {
        const { standardRef, kind, code, name, nameEn } = req.body
        const sibling = [...reference.classes.values()].find(
          (c) => c.standardRef === standardRef && c.kind === kind && c.majorCode === code.slice(0, 2)
        )
        if (!sibling || reference.findClass(standardRef, kind, code)) throw refuse('CASE_CONFIG_INVALID', { reason: code })
        // Local numbers run from the top downwards, outside the range of the standard (§2.1): 080–999, or 80–99 in the 2013 tables.
        if (Number(code.slice(2)) < 80) throw refuse('CASE_CONFIG_INVALID', { reason: `${code} < 80` })
        const added = {
          standardRef,
          kind,
          code,
          majorCode: sibling.majorCode,
          majorName: sibling.majorName,
          name: name.endsWith('（自定义）') || standardRef !== 'GB/T 47678.5-2026' ? name : `${name}（自定义）`,
          nameEn: nameEn ?? '',
          version: 'local'
        }
        if (req.query.preview) return { before: null, after: added }
        return after(addClass(db, req.actor, added))
      }
    )
    app.put(
      '/cases/config/conditions',
      {
        config: CONFIG,
        schema: {
          tags: ['cases'],
          querystring: Preview,
          body: Type.Object(
            {
              id: Type.String({ minLength: 1, maxLength: 40 }),
              ...ClassKeyFields,
              condition: Type.String({ minLength: 1, maxLength: 500 }),
              closeCondition: Type.String({ minLength: 1, maxLength: 200 }),
              limits: Type.Array(DisposalLimit, { minItems: 1, maxItems: 20 }),
              active: Type.Boolean()
            },
            strict
          )
        }
      },
      async (req) => {
        if (!reference.findClass(req.body.standardRef, req.body.kind, req.body.code))
          throw refuse('CASE_CLASS_UNKNOWN', { classCode: req.body.code, standardRef: req.body.standardRef })
        if (req.query.preview)
          return {
            before: reference.conditions.get(req.body.id) ?? null,
            after: req.body,
            openCases: await countRegisteredUnder(db, { conditionId: req.body.id })
          }
        return after(saveCondition(db, req.actor, req.body))
      }
    )
    app.put(
      '/cases/config/flow',
      { config: CONFIG, schema: { tags: ['cases'], querystring: Preview, body: FlowConfigChange } },
      async (req) => {
        if (req.query.preview)
          return {
            before: reference.config,
            after: { ...reference.config, ...req.body },
            openCases: await countRegisteredUnder(db, {})
          }
        return after(saveFlowConfig(db, req.actor, { config: req.body as never }))
      }
    )
    app.post(
      '/cases/config/calendars',
      {
        config: CONFIG,
        schema: {
          tags: ['cases'],
          querystring: Preview,
          body: Type.Object(
            {
              calendar: Type.Optional(WorkCalendar),
              rows: Type.Optional(Type.String({ maxLength: 200_000 })),
              id: Type.Optional(Type.String({ maxLength: 40 })),
              districtCode: Type.Optional(Type.String({ pattern: '^\\d{6}$' }))
            },
            strict
          )
        }
      },
      async (req) => {
        const known = await listCalendars(db)
        const base = known.filter((c) => !req.body.id || c.id === req.body.id).at(-1)?.doc
        const calendar =
          req.body.calendar ?? (req.body.rows !== undefined && base ? parseCalendarRows(req.body.rows, base) : undefined)
        if (!calendar) throw refuse('CASE_CONFIG_INVALID', { reason: 'calendar' })
        if (req.query.preview) return { before: base ?? null, after: calendar }
        return after(addCalendar(db, req.actor, { calendar, districtCode: req.body.districtCode ?? null }))
      }
    )
    app.post(
      '/cases/config/changes/:id/undo',
      { config: CONFIG, schema: { tags: ['cases'], params: Type.Object({ id: Id }) } },
      (req) => after(undoChange(db, req.actor, { id: req.params.id }))
    )

    app.get(
      '/cases/handlers',
      {
        config: { permission: 'cases:assign' },
        schema: { tags: ['cases'], summary: 'Whom a unit may assign to', querystring: Type.Object({ unit: Id }) }
      },
      async (req) => ({ handlers: await listHandlers(db, req.query.unit, new Date()) })
    )

    app.get('/cases/filters', { config: { authenticated: true }, schema: { tags: ['cases'] } }, async (req) => ({
      filters: await listFilters(db, req.actor.id)
    }))
    app.post(
      '/cases/filters',
      {
        config: { authenticated: true },
        schema: {
          tags: ['cases'],
          body: Type.Object(
            {
              name: Type.String({ minLength: 1, maxLength: 40 }),
              query: Type.Record(Type.String({ maxLength: 40 }), Type.String({ maxLength: 400 }))
            },
            strict
          )
        }
      },
      (req) => saveFilter(db, req.actor, req.body)
    )
    app.delete(
      '/cases/filters/:id',
      { config: { authenticated: true }, schema: { tags: ['cases'], params: Type.Object({ id: Id }) } },
      async (req) => {
        await removeFilter(db, req.actor, { id: req.params.id })
        return { ok: true }
      }
    )
  }

const StageLimit = Type.Object(
  {
    kind: Type.String({ enum: ['urgent_minute', 'urgent_hour', 'urgent_day', 'natural_day', 'work_hour', 'work_day'] }),
    value: Type.Number({ exclusiveMinimum: 0, maximum: 1000 })
  },
  strict
)
const FlowConfigChange = Type.Partial(
  Type.Object(
    {
      stageLimits: Type.Object(
        {
          accept: StageLimit,
          verify: StageLimit,
          register: StageLimit,
          dispatch: StageLimit,
          check: StageLimit,
          close: StageLimit
        },
        strict
      ),
      maxExtend: Type.Integer({ minimum: 0, maximum: 10 }),
      returnLimit: StageLimit,
      reopenDays: Type.Integer({ minimum: 0, maximum: 3650 }),
      reworkMode: Type.String({ enum: ['fresh', 'remaining'] }),
      twoStep: Type.Boolean(),
      feedbackReview: Type.Boolean(),
      merge: Type.Object(
        { withinM: Type.Integer({ minimum: 1, maximum: 1000 }), withinH: Type.Integer({ minimum: 1, maximum: 720 }) },
        strict
      ),
      collectorPhotos: Type.Boolean(),
      handlerPhotos: Type.Boolean(),
      mode: Type.String({ enum: ['normal', 'wartime', 'majorEvent'] }),
      regionClass: Type.Record(Type.String({ pattern: '^\\d{6}$' }), Type.String({ enum: ['A', 'B', 'C'] }))
    },
    strict
  )
)
