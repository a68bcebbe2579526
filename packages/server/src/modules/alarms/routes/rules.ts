import {
  ALARMS_ERRORS,
  BandQuery,
  BandView,
  DryRunInput,
  ExplainQuery,
  ExplainView,
  type Rule,
  RuleCheckInput,
  RuleCheckView,
  RuleCreate,
  RuleDryRunView,
  RuleFile,
  RuleImportView,
  RuleList,
  RuleQuery,
  RuleRemove,
  RuleSave,
  RuleVersionList,
  RuleView
} from '@chengyun/contract/alarms'
import { COMMON_ERRORS } from '@chengyun/contract/common'
import { checkRule } from '@chengyun/scenario-kit/rules'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { type Actor, may } from '../../../platform/actor.ts'
import { thrower } from '../../../platform/errors.ts'
import { reaches, reachOf } from '../../registry/index.ts'
import { streamsOf } from '../../streams/index.ts'
import { cancelRuleDryRun, startRuleDryRun } from '../commands/rule-dry-runs.ts'
import { CITY, createRule, importRules, removeRule, saveRule, surroundings } from '../commands/rules.ts'
import { computeRuleDryRun } from '../judge/dry-run.ts'
import { type Asked, bandOf, explain } from '../judge/explain.ts'
import { CONFIG, READ as READ_ALARMS } from '../policy.ts'
import { countRuleStreams } from '../queries/rule-streams.ts'
import { type DryRunRow, findDryRun, findRule, listRules, listRuleVersions, type RuleRow, typeNames } from '../queries/rules.ts'
import { ById, closed } from './params.ts'

const fail = thrower(ALARMS_ERRORS)
const READ = { config: { permission: 'alarms:read' } } as const
/** Who looks after rules need not see alarms: either permission will do. */
const LOOK = {
  config: { authenticated: true },
  preHandler: async (req: FastifyRequest) => {
    if (!may(req.actor, READ_ALARMS) && !may(req.actor, CONFIG)) throw thrower(COMMON_ERRORS)('FORBIDDEN')
  }
} as const
const WRITE = { config: { permission: CONFIG } } as const
const ByKey = Type.Object({ pack: Type.String({ maxLength: 40 }), key: Type.String({ maxLength: 60 }) }, closed)
const LONGEST_MS = 400 * 86_400_000

const presentDryRun = (run: DryRunRow): RuleDryRunView => ({
  id: run.id,
  status: run.status,
  progress: run.progress,
  from: run.from_at.toISOString(),
  to: run.to_at.toISOString(),
  startedAt: run.started_at.toISOString(),
  startedBy: run.started_by_name,
  outcome: run.result && { ...run.result, hidden: run.result.hidden ?? 0 }
})

/** Rules over HTTP: lists, versions, edits, checks, files, dry runs; what a rule expects of a stream and why. */
export const ruleRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const { db } = app
  const running = new Set<Promise<void>>()
  const stopping = new AbortController()
  app.addHook('onClose', async () => {
    stopping.abort()
    await Promise.all(running)
  })
  const present = async (row: RuleRow, actor: Actor): Promise<RuleView> => ({
    id: row.id,
    pack: row.pack,
    version: row.version,
    enabled: row.enabled,
    rule: row.declaration,
    streams: await countRuleStreams(db, row.declaration.on),
    updatedAt: row.updated_at.toISOString(),
    can: { edit: may(actor, CONFIG) }
  })
  const view = async (id: string, actor: Actor): Promise<RuleView> => {
    const row = await findRule(db, id)
    if (!row) throw fail('ALARMS_RULE_NOT_FOUND', { rule: id })
    return present(row, actor)
  }
  const idOf = ({ pack, key }: { pack: string; key: string }): string => `${pack}/${key}`

  app.get('/alarms/rules', { ...LOOK, schema: { querystring: RuleQuery, response: { 200: RuleList } } }, async (req) => ({
    items: await Promise.all((await listRules(db, req.query)).map((row) => present(row, req.actor)))
  }))
  app.post('/alarms/rules', { ...WRITE, schema: { body: RuleCreate, response: { 201: RuleView } } }, async (req, reply) => {
    const { rule, enabled = false, note = '' } = req.body
    return reply.code(201).send(await view(await createRule(db, req.actor, { rule, enabled, note }), req.actor))
  })
  app.get('/alarms/rules/:pack/:key', { ...LOOK, schema: { params: ByKey, response: { 200: RuleView } } }, (req) =>
    view(idOf(req.params), req.actor)
  )
  app.get(
    '/alarms/rules/:pack/:key/versions',
    { ...LOOK, schema: { params: ByKey, response: { 200: RuleVersionList } } },
    async (req) => ({
      items: (await listRuleVersions(db, idOf(req.params))).map((v) => ({
        version: v.version,
        enabled: v.enabled,
        rule: v.declaration,
        note: v.note,
        changedAt: v.changed_at.toISOString(),
        changedBy: v.changed_by_name
      }))
    })
  )
  app.put(
    '/alarms/rules/:pack/:key',
    { ...WRITE, schema: { params: ByKey, body: RuleSave, response: { 200: RuleView } } },
    async (req) => {
      const { note = '', ...change } = req.body
      return view(await saveRule(db, req.actor, { ...change, id: idOf(req.params), note }), req.actor)
    }
  )
  app.post(
    '/alarms/rules/:pack/:key/remove',
    { ...WRITE, schema: { params: ByKey, body: RuleRemove, response: { 204: Type.Null() } } },
    async (req, reply) => {
      await removeRule(db, req.actor, { id: idOf(req.params), version: req.body.version, note: req.body.note ?? '' })
      return reply.code(204).send(null)
    }
  )
  app.post(
    '/alarms/rules/check',
    { ...WRITE, schema: { body: RuleCheckInput, response: { 200: RuleCheckView } } },
    async (req) => {
      const siblings = (await listRules(db, { pack: CITY })).map((r) => r.declaration)
      const faults = checkRule(req.body.rule, surroundings(await typeNames(db), siblings))
      return { faults, streams: faults.length > 0 ? null : await countRuleStreams(db, (req.body.rule as Rule).on) }
    }
  )
  app.get('/alarms/rules/export', { ...LOOK, schema: { querystring: RuleQuery, response: { 200: RuleFile } } }, async (req) => ({
    format: 'chengyun-rules' as const,
    version: 1 as const,
    rules: (await listRules(db, req.query)).map((r) => ({ rule: r.declaration, enabled: r.enabled }))
  }))
  app.post('/alarms/rules/import', { ...WRITE, schema: { body: RuleFile, response: { 200: RuleImportView } } }, (req) =>
    importRules(db, req.actor, { file: req.body, note: '' })
  )

  app.post(
    '/alarms/rules/dry-run',
    { ...WRITE, schema: { body: DryRunInput, response: { 202: RuleDryRunView } } },
    async (req, reply) => {
      const id = await startRuleDryRun(db, req.actor, req.body)
      const work = computeRuleDryRun(db, req.actor, id, stopping.signal).catch((error: unknown) =>
        req.log.error({ err: error, id }, 'dry run failed')
      )
      running.add(work)
      void work.finally(() => running.delete(work))
      return reply.code(202).send(presentDryRun((await findDryRun(db, id))!))
    }
  )
  app.get('/alarms/rules/dry-run/:id', { ...WRITE, schema: { params: ById, response: { 200: RuleDryRunView } } }, async (req) => {
    const run = await findDryRun(db, req.params.id)
    if (!run) throw fail('ALARMS_DRY_RUN_NOT_FOUND')
    return presentDryRun(run)
  })
  app.delete(
    '/alarms/rules/dry-run/:id',
    { ...WRITE, schema: { params: ById, response: { 200: RuleDryRunView } } },
    async (req) => {
      await cancelRuleDryRun(db, req.actor, { id: req.params.id })
      return presentDryRun((await findDryRun(db, req.params.id))!)
    }
  )

  /** A stream within the reader's reach; single values of hidden ones are shown to nobody. */
  const asked = async (actor: Actor, stream: number): Promise<Asked> => {
    const { catalogue } = await streamsOf(db)
    const thing = catalogue.thingOf(stream)
    const isReached = thing !== undefined && reaches(await reachOf(db, actor, 'streams:read'), thing)
    if (!thing || !isReached || catalogue.hidden[stream] === 1) throw fail('ALARMS_STREAM_NOT_FOUND', { stream })
    return { stream, type: thing.type_id, code: thing.code, key: catalogue.keyOf(stream) }
  }
  app.get('/alarms/band', { ...READ, schema: { querystring: BandQuery, response: { 200: BandView } } }, async (req) => {
    const [from, to] = [Date.parse(req.query.from), Date.parse(req.query.to)]
    if (!(from < to) || to - from > LONGEST_MS) throw fail('ALARMS_QUERY_INVALID', { field: 'from, to' })
    const points = Math.min(req.query.pixels ?? 300, 1000)
    return bandOf(db, await asked(req.actor, req.query.stream), { from, to, points }, req.query.rule)
  })
  app.get('/alarms/explain', { ...READ, schema: { querystring: ExplainQuery, response: { 200: ExplainView } } }, async (req) =>
    explain(db, await asked(req.actor, req.query.stream))
  )
}
