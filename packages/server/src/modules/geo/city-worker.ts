/** Runs in a worker thread for city.ts: plans the city and hands it back. */
import { parentPort, workerData } from 'node:worker_threads'
import { readCityFiles } from './city.ts'
import { planCity } from './domain/city-plan.ts'

const { folder } = workerData as { folder: string }
let lastShare = -1
const plan = planCity(readCityFiles(folder), (step, share) => {
  const percent = Math.floor(share * 100)
  if (percent !== lastShare) parentPort?.postMessage({ step, share })
  lastShare = percent
})
parentPort?.postMessage({ plan })
