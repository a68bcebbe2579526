import { Id, Nullable } from '@chengyun/contract/common'
import {
  ApplyRequest,
  CheckReport,
  DISPATCH_ERRORS,
  DryRunRequest,
  DryRunView,
  OwnerImport,
  OwnerReport,
  ResolveQuery,
  ResolveView,
  RuleBody,
  RuleChangePage,
  RuleEdit,
  RuleEnd,
  RulePage,
  RuleQuery,
  RuleView
} from '@chengyun/contract/dispatch'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { thrower } from '../../platform/errors.ts'
import { useResponsibility } from '../cases/ports.ts'
import { findComponent } from '../registry/index.ts'
import { checkResponsibility } from './check.ts'
import { cancelDryRun, startDryRun } from './commands/dry-runs.ts'
import { importOwners } from './commands/owners.ts'
import { applyDryRun, type Changed, changeRules, undoChange } from './commands/rules.ts'
import { matches } from './domain/search.ts'
import { computeDryRun } from './dry-run.ts'
import { LiveIndex } from './live-index.ts'
import { changedOf, presentChange, presentDryRun, presentRule } from './present.ts'
import { findDryRun, findRuleRow, listChanges, listRuleRows, listRuleVersions, toRule } from './queries/rules.ts'

const fail = thrower(DISPATCH_ERRORS)
const READ = { config: { permission: 'dispatch:read' } } as const
const CONFIG = { config: { permission: 'dispatch:config' } } as const
const ById = Type.Object({ id: Id })
const Key = Type.Object({ 'idempotency-key': Type.Optional(Type.String({ minLength: 1, maxLength: 100 })) })
const Done = Type.Object({ changeId: Nullable(Id), rules: Type.Array(RuleView) })
const PageQuery = Type.Object(
  { after: Type.Optional(Id), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })) },
  { additionalProperties: false }
)

/** Responsibility in the console: rules, trying changes out, checking, owners of components. */
export const dispatchRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const { db } = app
  const live = new LiveIndex(db, (error) => app.log.error({ err: error }, 'responsibility not refreshed'))
  const running = new Set<Promise<void>>()
  const stopping = new AbortController()
  app.addHook('onReady', async () => {
    await live.start()
    useResponsibility((question) => live.current.resolve(question))
  })
  app.addHook('onClose', async () => {
    stopping.abort()
    await live.stop()
    await Promise.all(running)
  })
  const nameOf = (unitId: string | null) => (unitId === null ? null : (live.current.directory.units.get(unitId)?.name ?? null))
  const view = async (id: string): Promise<RuleView> => {
    const row = await findRuleRow(db, id)
    if (!row) throw fail('DISPATCH_RULE_NOT_FOUND')
    return presentRule(toRule(row), live.current.directory, changedOf(row))
  }
  /** After a change: the index of this process first, then the rules as they are now. */
  const done = async (changed: Changed) => {
    await live.refresh()
    return { changeId: changed.changeId, rules: await Promise.all(changed.ruleIds.map(view)) }
  }

  app.get('/dispatch/rules', { ...READ, schema: { querystring: RuleQuery, response: { 200: RulePage } } }, async (req) => {
    const { after, limit = 100 } = req.query
    const { directory } = live.current
    const now = new Date()
    const rows = (await listRuleRows(db)).filter((row) => matches(toRule(row), req.query, directory, now))
    const rest = after === undefined ? rows : rows.filter((row) => row.id > after)
    const items = rest.slice(0, limit).map((row) => presentRule(toRule(row), directory, changedOf(row)))
    return { items, next: rest.length > limit ? items.at(-1)!.id : null }
  })
  app.get('/dispatch/rules/:id', { ...READ, schema: { params: ById, response: { 200: RuleView } } }, (req) => view(req.params.id))
  app.get(
    '/dispatch/rules/:id/versions',
    { ...READ, schema: { params: ById, response: { 200: Type.Object({ items: Type.Array(RuleView) }) } } },
    async (req) => {
      await view(req.params.id)
      return { items: await listRuleVersions(db, req.params.id) }
    }
  )
  app.get(
    '/dispatch/resolve',
    { ...READ, schema: { querystring: ResolveQuery, response: { 200: ResolveView } } },
    async (req) => {
      const q = req.query
      const answer = live.current.resolve({
        standardRef: q.standardRef,
        kind: q.kind,
        classCode: q.classCode,
        districtCode: q.districtCode ?? null,
        streetCode: q.streetCode ?? null,
        communityCode: q.communityCode ?? null,
        gridCode: q.gridCode ?? null,
        componentId: q.componentId ?? null,
        componentUnitId: q.componentId ? ((await findComponent(db, q.componentId))?.unitId ?? null) : null
      })
      const candidates = answer.candidates.map((c) => ({ ...c, unitName: nameOf(c.unitId) }))
      return { ...answer, unitName: nameOf(answer.unitId), candidates }
    }
  )

  app.post(
    '/dispatch/rules',
    { ...CONFIG, schema: { headers: Key, body: RuleBody, response: { 201: Done } } },
    async (req, reply) => {
      const input = { changes: [{ op: 'create' as const, rule: req.body }] }
      return reply.code(201).send(await done(await changeRules(db, req.actor, input, { key: req.headers['idempotency-key'] })))
    }
  )
  app.put('/dispatch/rules/:id', { ...CONFIG, schema: { params: ById, body: RuleEdit, response: { 200: Done } } }, async (req) =>
    done(await changeRules(db, req.actor, { changes: [{ op: 'change', id: req.params.id, ...req.body }] }))
  )
  app.post(
    '/dispatch/rules/:id/end',
    { ...CONFIG, schema: { params: ById, body: RuleEnd, response: { 200: Done } } },
    async (req) => done(await changeRules(db, req.actor, { changes: [{ op: 'end', id: req.params.id, ...req.body }] }))
  )

  app.post(
    '/dispatch/dry-run',
    { ...CONFIG, schema: { body: DryRunRequest, response: { 202: DryRunView } } },
    async (req, reply) => {
      const id = await startDryRun(db, req.actor, req.body)
      const work = computeDryRun(db, req.actor, id, stopping.signal).catch((error: unknown) =>
        req.log.error({ err: error, id }, 'dry run failed')
      )
      running.add(work)
      void work.finally(() => running.delete(work))
      const row = await findDryRun(db, id)
      return reply.code(202).send(presentDryRun(row!))
    }
  )
  app.get('/dispatch/dry-run/:id', { ...CONFIG, schema: { params: ById, response: { 200: DryRunView } } }, async (req) => {
    const row = await findDryRun(db, req.params.id)
    if (!row) throw fail('DISPATCH_DRY_RUN_NOT_FOUND')
    return presentDryRun(row)
  })
  app.delete('/dispatch/dry-run/:id', { ...CONFIG, schema: { params: ById, response: { 200: DryRunView } } }, async (req) => {
    await cancelDryRun(db, req.actor, { id: req.params.id })
    return presentDryRun((await findDryRun(db, req.params.id))!)
  })
  app.post('/dispatch/apply', { ...CONFIG, schema: { body: ApplyRequest, response: { 200: Done } } }, async (req) =>
    done(await applyDryRun(db, req.actor, req.body))
  )
  app.get('/dispatch/check', { ...CONFIG, schema: { response: { 200: CheckReport } } }, async () => {
    await live.refresh()
    return checkResponsibility(db, live.current, new Date())
  })

  app.get(
    '/dispatch/changes',
    { ...CONFIG, schema: { querystring: PageQuery, response: { 200: RuleChangePage } } },
    async (req) => {
      const { after, limit = 50 } = req.query
      const rows = await listChanges(db, after, limit + 1)
      const items = rows.slice(0, limit).map(presentChange)
      return { items, next: rows.length > limit ? items.at(-1)!.id : null }
    }
  )
  app.post('/dispatch/changes/:id/undo', { ...CONFIG, schema: { params: ById, response: { 200: Done } } }, async (req) =>
    done(await undoChange(db, req.actor, { changeId: req.params.id }))
  )
  app.put('/dispatch/owners', { ...CONFIG, schema: { body: OwnerImport, response: { 200: OwnerReport } } }, async (req) => {
    const report = await importOwners(db, req.actor, req.body)
    await live.refresh()
    return report
  })
}
