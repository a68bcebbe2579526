import type { Crs } from '@chengyun/contract/geo'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import { useCaseLookup } from '../alarms/index.ts'
import { registerLayers, toCgcs2000 } from '../geo/index.ts'
import { registerAccess } from '../media/index.ts'
import { fileAlarmCases } from './commands/alarm-cases.ts'
import { forgetRelocated } from './commands/follow-grids.ts'
import { findCase } from './commands/store.ts'
import { offerComponentClasses } from './component-classes.ts'
import type { CaseEnv } from './env.ts'
import { caseLayers } from './layers.ts'
import { canSee } from './policy.ts'
import { cityOf } from './queries/city.ts'
import { Reference } from './queries/reference.ts'
import { getVisibleCase } from './queries/view.ts'
import { caseRoutes } from './routes/cases.ts'
import { configRoutes } from './routes/config.ts'
import { exportRoutes } from './routes/export.ts'
import { setEnv } from './runtime.ts'

/** Put together what the commands stand on. Once per process; tests do the same through the same door. */
export async function buildEnv(app: Pick<FastifyInstance, 'db' | 'geo' | 'keyring'>): Promise<CaseEnv> {
  const { db, geo, keyring } = app
  const city = await cityOf(db)
  return {
    db,
    reference: await Reference.load(db),
    locate: (p) => geo.locate(p),
    districtAt: (p) => geo.districtAt(p),
    divisionName: (code) => geo.nameOf(code),
    toCgcs2000: (lngLat, crs) => toCgcs2000(lngLat, WIRE_CRS[crs] ?? 'CGCS2000'),
    addressOf: (p) => geo.addressOf(p),
    seal: (text, context) => keyring.encrypt(text, context),
    unseal: (sealed, context) => keyring.decrypt(sealed, context),
    blindIndex: (text) => keyring.index(text),
    adcode: city.adcode,
    timeZone: city.timeZone
  }
}

const WIRE_CRS: Record<string, Crs> = { CGCS2000: 'CGCS2000', WGS84: 'WGS-84', GCJ02: 'GCJ-02', BD09: 'BD-09' }

export const routes: FastifyPluginAsync = async (app) => {
  const env = await buildEnv(app)
  setEnv(env)
  offerComponentClasses(env.reference)
  app.hub.keep(['cases.configured', 'org.changed'], () => env.reference.reload(env.db))
  app.hub.watch(forgetRelocated)
  app.hub.keep(['alarms.caseWanted'], async () => void (await fileAlarmCases(env, new Date())))
  useCaseLookup(async (db, actor, caseNo) => {
    const found = await getVisibleCase(db, actor, caseNo).catch(() => null)
    return found && { id: found.id, caseNo: found.caseNo, status: found.status }
  })
  registerLayers(app.db, caseLayers(env))
  registerAccess('case', async (actor, ownerId, db) => {
    const record = await findCase(db, ownerId)
    return record !== undefined && canSee(actor, record)
  })
  await app.register(caseRoutes(env))
  await app.register(configRoutes(env))
  await app.register(exportRoutes(env))
}
