/** The program of the process that city.ts starts: plans the city of a profile folder and writes it. Takes one CityOrder. */
import { SYSTEM } from '../../platform/actor.ts'
import { openUrl } from '../../platform/db/open.ts'
import { readCityFiles } from './city.ts'
import { type SetUpCounts, setUpCity } from './commands/set-up-city.ts'
import { type PlanProgress, planCity } from './domain/city-plan.ts'

export interface CityOrder {
  url: string
  folder: string
  validFrom: string
}
export type CityMessage = { step: Parameters<PlanProgress>[0]; share: number } | { counts: SetUpCounts } | { fault: string }

const tell = (message: CityMessage): void => {
  process.send?.(message)
}

async function run(order: CityOrder): Promise<SetUpCounts> {
  let lastPercent = -1
  const plan = planCity(readCityFiles(order.folder), (step, share) => {
    const percent = Math.floor(share * 100)
    if (percent !== lastPercent) tell({ step, share })
    lastPercent = percent
  })
  tell({ step: 'write', share: 0 })
  const database = await openUrl(order.url, 2)
  try {
    return await setUpCity(database.db, SYSTEM, { plan, validFrom: order.validFrom })
  } finally {
    await database.close()
  }
}

process.once('message', (order: CityOrder) => {
  run(order)
    .then((counts) => tell({ counts }))
    .catch((error: unknown) => {
      tell({ fault: error instanceof Error ? error.message : String(error) })
      process.exitCode = 1
    })
    .finally(() => process.disconnect())
})
