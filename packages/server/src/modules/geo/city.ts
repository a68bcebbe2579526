/** The places of a city profile folder: read, and set up once by a process aside. */
import { fork } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Db, poolOf } from '../../platform/db.ts'
import type { CityMessage, CityOrder } from './city-process.ts'
import type { SetUpCounts } from './commands/set-up-city.ts'
import type { CityFiles, DemoNames, DivisionRow, PlaceProfile } from './domain/city-files.ts'
import type { PlanProgress } from './domain/city-plan.ts'
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

export interface SetUpOptions {
  /** First day of validity, YYYY-MM-DD. */
  validFrom: string
  onProgress?: PlanProgress | undefined
}

/** Sets an empty platform up with the places of a city profile folder; answers null when it already has divisions. Planning and
 *  writing happen in a process of their own: half a gigabyte of passing geometry is given back when that process ends. */
export async function setUpCityPlaces(db: Db, folder: string, options: SetUpOptions): Promise<SetUpCounts | null> {
  if (await hasDivisions(db)) return null
  const url = poolOf(db).options.connectionString
  if (url === undefined) throw new Error('setUpCityPlaces needs a database opened by its URL')
  const counts = await setUpAside({ url, folder, validFrom: options.validFrom }, options.onProgress ?? (() => {}))
  await (await geoService(db)).refresh()
  return counts
}

function setUpAside(order: CityOrder, onProgress: PlanProgress): Promise<SetUpCounts> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL('./city-process.ts', import.meta.url)), [], {
      execArgv: ['--max-old-space-size=1024']
    })
    let counts: SetUpCounts | null = null
    let fault = ''
    child.on('message', (message: CityMessage) => {
      if ('step' in message) onProgress(message.step, message.share)
      else if ('fault' in message) fault = message.fault
      else counts = message.counts
    })
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      if (code === 0 && counts !== null) resolve(counts)
      else reject(new Error(`setting up the places of the city ended early: ${fault || signal || code}`))
    })
    // The address may carry a password: it goes through the pipe, where no process list shows it.
    child.send(order)
  })
}
