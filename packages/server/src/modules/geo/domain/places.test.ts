import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { buildLocator } from './locator.ts'
import { placesFrom, placesOf, shared } from './places.ts'
import { buildRoadIndex, type Road } from './roads.ts'
import { toUnits } from './shape.ts'

const random = (seed: number) => () => {
  seed = (seed * 48_271) % 2_147_483_647
  return seed / 2_147_483_647
}
const square = (x: number, y: number, size: number) => [
  [Int32Array.from([x, y, x + size, y, x + size, y + size, x, y + size].map(toUnits))]
]

function roadsBy(next: () => number): Road[] {
  return Array.from({ length: 60 }, (_, i) => ({
    code: `R${i}`,
    name: `${i}号路`,
    line: Int32Array.from({ length: 6 }, (_, k) => toUnits((k % 2 === 0 ? 120 : 36) + next() * 0.02))
  }))
}

function city(next: () => number) {
  const grids = buildLocator([0, 1, 2, 3].map((i) => ({ code: `37020200100100${i}`, shape: square(120 + 0.005 * i, 36, 0.005) })))
  return {
    revision: '1',
    grids,
    duty: Uint32Array.from([1, 0, 0, 0]),
    dutyCodes: ['370202001001901'],
    districts: buildLocator([{ code: '370202', shape: square(120, 36, 0.03) }]),
    names: new Map([
      ['370202', '市南区'],
      ['370202001', '海泊街道'],
      ['370202001001', '海泊社区']
    ]),
    classes: new Map([['370202', 'A' as const]]),
    roads: buildRoadIndex(roadsBy(next))
  }
}

test('the nearest road is the same whichever window found it', () => {
  const next = random(3)
  const roads = roadsBy(next)
  const index = buildRoadIndex(roads)
  const alone = roads.map((road) => buildRoadIndex([road]))
  for (let i = 0; i < 400; i++) {
    const [lng, lat] = [119.99 + next() * 0.04, 35.99 + next() * 0.04]
    const hits = alone.flatMap((one) => one.nearest(lng, lat, 800) ?? [])
    const best = hits.sort((a, b) => a.distanceM - b.distanceM)[0]
    expect(index.nearest(lng, lat, 800)?.distanceM).toBe(best?.distanceM)
    expect(index.nearest(lng, lat, 800)?.road.code).toBe(best?.road.code)
  }
})

test('places handed to another thread answer as those they came from, on the same memory', async () => {
  const next = random(7)
  const own = city(next)
  const worker = new Worker(
    "const { parentPort, workerData } = require('node:worker_threads'); parentPort.postMessage(workerData)",
    { eval: true, workerData: shared(own) }
  )
  const data = await new Promise<ReturnType<typeof shared>>((resolve) => worker.once('message', resolve))
  await worker.terminate()
  expect(data.grids.tree).toBeInstanceOf(SharedArrayBuffer)
  const [here, there] = [placesOf(() => own), placesFrom(data)]
  for (let i = 0; i < 300; i++) {
    const point = { lng: 119.995 + next() * 0.04, lat: 35.995 + next() * 0.04 }
    expect(there.locate(point)).toEqual(here.locate(point))
    expect(there.addressOf(point)).toBe(here.addressOf(point))
    const code = here.gridAt(point)
    expect(there.gridAt(point)).toBe(code)
    expect(code).toBe(here.locate(point)?.gridCode ?? here.districtAt(point)?.code ?? null)
    if (code !== null) expect(there.addressIn(code, point)).toBe(here.addressOf(point))
  }
})
