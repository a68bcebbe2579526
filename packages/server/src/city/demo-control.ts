import { Nullable, Words } from '@chengyun/contract/common'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { type Actor, may } from '../platform/actor.ts'
import { command } from '../platform/command.ts'
import type { Db } from '../platform/db.ts'
import { AppError } from '../platform/errors.ts'

const STATES = ['running', 'paused'] as const

/** How the simulator of the demonstration is to run; it asks every few seconds. */
export const DemoView = Type.Object({
  available: Type.Boolean({ description: 'False: this city is no demonstration, and nothing simulates anything' }),
  state: Words(STATES),
  rate: Nullable(Type.Number({ description: 'Cases in a usual hour; null leaves it to the simulator' })),
  timeZone: Type.String(),
  canControl: Type.Boolean()
})
type DemoView = Static<typeof DemoView>

const DemoChange = Type.Object(
  { state: Type.Optional(Words(STATES)), rate: Type.Optional(Nullable(Type.Number({ minimum: 1, maximum: 360 }))) },
  { additionalProperties: false, minProperties: 1 }
)

interface DemoSetting {
  state: (typeof STATES)[number]
  rate: number | null
}
const DEFAULT: DemoSetting = { state: 'running', rate: null }

const saveDemo = command(async (tx, change: Static<typeof DemoChange>, { actor, now, audit }) => {
  await sql`insert into platform.setting (key, value, changed_at, changed_by)
    values ('demo', ${JSON.stringify({ ...DEFAULT, ...change })}::jsonb, ${now}, ${actor.id})
    on conflict (key) do update set value = platform.setting.value || ${JSON.stringify(change)}::jsonb, changed_at = excluded.changed_at, changed_by = excluded.changed_by`.execute(
    tx
  )
  audit({ action: 'demo.control', objectType: 'setting', objectId: 'demo', result: 'ok', after: change })
})

/** Whoever holds the permission, and the leaders and data administrators a visitor is likely to have signed in as. */
const mayControl = (actor: Actor): boolean =>
  may(actor, 'demo:control') || actor.grants.some((g) => g.role === 'leader' || g.role === 'dataAdmin')

async function readDemo(db: Db, actor: Actor): Promise<DemoView> {
  const { rows } = await sql<{ demo: Partial<DemoSetting> | null; is_demo: boolean | null; time_zone: string | null }>`
    select (select value from platform.setting where key = 'demo') as demo, (select (value->>'demo')::boolean from platform.setting where key = 'city') as is_demo,
      (select value->>'timeZone' from platform.setting where key = 'city') as time_zone`.execute(db)
  const row = rows[0]
  const available = row?.is_demo === true
  return {
    ...DEFAULT,
    ...row?.demo,
    available,
    timeZone: row?.time_zone ?? 'Asia/Shanghai',
    canControl: available && mayControl(actor)
  }
}

/** Pausing and pacing the demonstration from the console. */
export const demoRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const { db } = app
  app.get(
    '/demo',
    {
      config: { authenticated: true },
      schema: { tags: ['demo'], summary: 'How the demonstration runs', response: { 200: DemoView } }
    },
    (req) => readDemo(db, req.actor)
  )
  app.post(
    '/demo',
    {
      config: { authenticated: true },
      schema: {
        tags: ['demo'],
        summary: 'Pause, resume or pace the demonstration',
        body: DemoChange,
        response: { 200: DemoView }
      }
    },
    async (req) => {
      const before = await readDemo(db, req.actor)
      if (!before.available) throw new AppError('NOT_FOUND', 404, 'This city is no demonstration')
      if (!before.canControl) throw new AppError('FORBIDDEN', 403, 'Not permitted', { permission: 'demo:control' })
      await saveDemo(db, req.actor, req.body)
      return readDemo(db, req.actor)
    }
  )
}
