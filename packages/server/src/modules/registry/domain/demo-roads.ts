/** Road segments of a demonstration: the roads of the city as items of a register. */
import type { DemoFacts, Dice } from './demo-dice.ts'
import { lengthOf } from './demo-places.ts'

const UNITS = 1e7

/** Whole roads are a register of their own. */
export const DEMO_ROADS = {
  type: 'road-segment',
  count: 1200,
  authority: 'municipal-works',
  owner: 'municipal-works',
  maintainer: 'district:municipal-works'
}

/** A road as an item: its kind by its name and length, its width and surface by its kind. */
export function roadItem(road: { name: string; line: Int32Array }, dice: Dice): DemoFacts {
  const lengthM = Math.round(lengthOf(road.line))
  const kind = /高速|快速|高架/u.test(road.name)
    ? 'express'
    : /巷|弄|胡同|里$/u.test(road.name)
      ? 'lane'
      : lengthM > 5000 || /大道/u.test(road.name)
        ? 'trunk'
        : lengthM > 1800
          ? 'secondary'
          : 'branch'
  const lanes = { express: 6, trunk: 6, secondary: 4, branch: 2, lane: 1 }[kind]
  const coordinates = Array.from({ length: road.line.length >> 1 }, (_, i): [number, number] => [
    (road.line[2 * i] as number) / UNITS,
    (road.line[2 * i + 1] as number) / UNITS
  ])
  return {
    classCode: kind,
    status: dice.mostly(['open', 96], ['works', 3], ['closed', 1]),
    name: road.name,
    attributes: {
      lengthM,
      widthM: lanes * 3.5 + dice.whole(2, 8),
      lanes,
      surface: kind === 'lane' ? dice.of('stone', 'brick', 'concrete') : dice.mostly(['asphalt', 92], ['concrete', 8]),
      cleanLevel: { express: 'special', trunk: 'special', secondary: '1', branch: '2', lane: '3' }[kind],
      mechanised: kind !== 'lane',
      pci: dice.whole(62, 98)
    },
    geometry: { type: 'LineString', coordinates }
  }
}
