/** The places of a city profile folder: read, planned in a worker thread, written once. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { SYSTEM } from '../../platform/actor.ts'
import type { Db } from '../../platform/db.ts'
import { type SetUpCounts, setUpCity } from './commands/set-up-city.ts'
import type { CityFiles, DemoNames, DivisionRow, PlaceProfile } from './domain/city-files.ts'
import type { CityPlan, PlanProgress } from './domain/city-plan.ts'
import { hasDivisions } from './queries.ts'
import { geoService } from './service.ts'

/** Reads profile.json, divisions.json, outlines.json and, where present, demo-names.json. Throws when one is missing. */
export function readCityFiles(folder: string): CityFiles {
  const read = <T>(file: string): T => JSON.parse(readFileSync(join(folder, file), 'utf8')) as T
  return {
    profile: read<PlaceProfile>('profile.json'),
    divisions: read<{ divisions: DivisionRow[] }>('divisions.json').divisions,
    outlines: read<{ features: CityFiles['outlines'] }>('outlines.json').features,
    names: existsSync(join(folder, 'demo-names.json')) ? read<DemoNames>('demo-names.json') : null
  }
}

/** Plans a city in a worker thread: half a gigabyte of passing geometry stays out of the server's own heap. */
export function planCityAside(folder: string, onProgress: PlanProgress = () => {}): Promise<CityPlan> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./city-worker.ts', import.meta.url), { workerData: { folder } })
    worker.on('message', (message: { plan: CityPlan } | { step: Parameters<PlanProgress>[0]; share: number }) => {
      if ('plan' in message) resolve(message.plan)
      else onProgress(message.step, message.share)
    })
    worker.on('error', reject)
    worker.on('exit', (code) => reject(new Error(`city planning ended with ${code}`)))
  })
}

export interface SetUpOptions {
  /** First day of validity, YYYY-MM-DD. */
  validFrom: string
  onProgress?: PlanProgress
}

/** Sets an empty platform up with the places of a city profile folder. Answers null when it already has divisions. */
export async function setUpCityPlaces(db: Db, folder: string, options: SetUpOptions): Promise<SetUpCounts | null> {
  if (await hasDivisions(db)) return null
  const plan = await planCityAside(folder, options.onProgress)
  const counts = await setUpCity(db, SYSTEM, { plan, validFrom: options.validFrom })
  await (await geoService(db)).refresh()
  return counts
}
