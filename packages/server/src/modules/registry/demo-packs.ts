/** Items of registers that a scenario pack asks for in its demonstration. */
import type { ItemGeometry, RegisterDeclaration } from '@chengyun/contract/registry'
import type { Actor } from '../../platform/actor.ts'
import type { Db } from '../../platform/db.ts'
import { randomOf } from '../geo/index.ts'
import { completeDemoItems, loadDemoRows } from './commands/demo.ts'
import { drawingSetting, type Filled, type Located, placeOf, put, type Setting } from './demo-registers.ts'
import { Dice } from './domain/demo-dice.ts'
import type { DemoPlace } from './domain/demo-places.ts'
import { packGeometry } from './domain/geometry.ts'
import { linkNearest, listDemoItems } from './queries/demo.ts'
import { findType } from './queries/types.ts'

const UNITS = 1e7
const METRES_PER_DEGREE = 111_320
const TRIES = 8
const KEEPERS = { authority: 'municipal-works', owner: 'municipal-works', maintainer: 'district:municipal-works' }

type Plain = string | number | boolean
/** How an attribute is drawn. */
export type AttributeDraw =
  | { oneOf: readonly Plain[] }
  | { from: number; to: number; decimals: number }
  | { daysAgo: readonly [number, number] }
  | { text: string }

/** Items of a register to be drawn. */
export interface DemoWish {
  register: string
  /** So many there shall be; those that are there count. */
  count: number
  /** With {n}, {road}, {street}, {community}. */
  name: string
  place: 'road' | 'grid' | 'crossing' | 'shore' | { near: string; withinM: number }
  classes?: Readonly<Record<string, number>> | undefined
  attributes?: Readonly<Record<string, AttributeDraw>> | undefined
  /** Relations to the nearest item of another register. */
  relations?: Readonly<Record<string, string>> | undefined
}

/** Draws what is wanted of each register, in order. The same seed draws the same items. Answers how many were made, by register. */
export async function setUpWishes(
  db: Db,
  actor: Actor,
  wishes: readonly DemoWish[],
  options: { seed: string; centre: readonly [number, number]; now: Date }
): Promise<Map<string, number>> {
  const s = await drawingSetting(db, options)
  const out = new Map<string, number>()
  for (const wish of wishes) {
    const type = await findType(db, wish.register)
    if (type?.state !== 'active') continue
    const there = await listDemoItems(db, wish.register)
    const around = typeof wish.place === 'object' ? await listDemoItems(db, wish.place.near) : []
    const filled = draw(s, type.declaration, wish, there, around)
    if (filled.rows.length > 0) {
      const name = `演示${type.declaration.name.zh}`
      await loadDemoRows(db, actor, { type: wish.register, name, rows: filled.rows, series: [...filled.series] }, options.now)
    }
    if (wish.attributes && there.length > 0) {
      const dice = new Dice(randomOf(`${s.options.seed}:${wish.register}:there`), options.now)
      const rows = there
        .slice(0, wish.count)
        .map(({ code }) => ({ code, attributes: attributesOf(type.declaration, wish, dice) }))
      await completeDemoItems(db, actor, { type: wish.register, rows }, options.now)
    }
    for (const [key, other] of Object.entries(wish.relations ?? {})) await linkNearest(db, wish.register, key, other)
    out.set(wish.register, filled.rows.length)
  }
  return out
}

interface There {
  code: string
  lng: number | null
  lat: number | null
}

function draw(s: Setting, d: RegisterDeclaration, wish: DemoWish, there: readonly There[], around: readonly There[]): Filled {
  const next = randomOf(`${s.options.seed}:${wish.register}`)
  const dice = new Dice(next, s.options.now)
  const filled: Filled = { rows: [], series: numbersGiven(d, there) }
  const classes = Object.entries(wish.classes ?? {})
  const listed = d.classes && 'list' in d.classes ? d.classes.list.map((c) => c.code) : []
  for (let n = there.length + 1; n <= wish.count; n++) {
    const at = whereOf(s, wish, around, next)
    if (!at) continue
    const classCode =
      classes.length > 0 ? dice.mostly(...(classes as [[string, number]])) : (listed[n % Math.max(1, listed.length)] ?? null)
    const geometry = shapeOf(s, d, at.place, next)
    put(
      s,
      d,
      {
        type: wish.register,
        ...keepersOf(d),
        ...(d.code.rule === 'given' && { code: (k: number) => `D${String(k).padStart(5, '0')}` })
      },
      {
        classCode: classCode as string,
        status: d.initialState,
        name: nameOf(wish.name, at, n),
        attributes: attributesOf(d, wish, dice),
        ...(geometry && { geometry })
      },
      at,
      n,
      filled
    )
  }
  return filled
}

/** The last running number given under each prefix. */
function numbersGiven(d: RegisterDeclaration, there: readonly There[]): Map<string, number> {
  const out = new Map<string, number>()
  if (d.code.rule !== 'sequence') return out
  for (const { code } of there) {
    const [prefix, number] = [code.slice(0, -d.code.digits), Number(code.slice(-d.code.digits))]
    out.set(prefix, Math.max(out.get(prefix) ?? 0, number))
  }
  return out
}

const keepersOf = (d: RegisterDeclaration) => ({
  authority: KEEPERS.authority,
  ...(d.units?.includes('owner') && { owner: KEEPERS.owner }),
  ...(d.units?.includes('maintainer') && { maintainer: KEEPERS.maintainer })
})

function whereOf(
  s: Setting,
  { place }: DemoWish,
  around: readonly There[],
  next: () => number
): { place: DemoPlace; located: Located } | null {
  if (typeof place === 'string')
    return placeOf(
      place === 'road' || place === 'crossing'
        ? { where: 'road', offsetM: place === 'road' ? 8 : 0 }
        : { where: 'cell', offsetM: 0 },
      s,
      next
    )
  for (let i = 0; i < TRIES; i++) {
    const near = around[Math.floor(next() * around.length)]
    if (near?.lng == null || near.lat == null) continue
    const [turn, far] = [next() * 2 * Math.PI, Math.sqrt(next()) * place.withinM]
    const kx = METRES_PER_DEGREE * Math.cos((near.lat * Math.PI) / 180)
    const lng = Math.round((near.lng + (Math.cos(turn) * far) / kx) * UNITS) / UNITS
    const lat = Math.round((near.lat + (Math.sin(turn) * far) / METRES_PER_DEGREE) * UNITS) / UNITS
    const drawn: DemoPlace = { lng, lat, roadName: null, houseNumber: 0, cell: null }
    const located = s.env.geo.locate(drawn)
    if (located) return { place: drawn, located }
  }
  return null
}

/** Lines are roads, areas squares around the place. */
function shapeOf(s: Setting, d: RegisterDeclaration, at: DemoPlace, next: () => number): ItemGeometry | null {
  if (d.geometry === 'line') {
    const road = s.places.road(next)
    if (!road) return null
    const coordinates = Array.from({ length: road.line.length >> 1 }, (_, i): [number, number] => [
      (road.line[2 * i] as number) / UNITS,
      (road.line[2 * i + 1] as number) / UNITS
    ])
    const line: ItemGeometry = { type: 'LineString', coordinates }
    const packed = packGeometry(line)
    if (!packed || !s.env.geo.locate(packed)) return null
    at.lng = packed.lng
    at.lat = packed.lat
    at.roadName = road.name
    return line
  }
  if (d.geometry !== 'polygon') return null
  const half = 0.001 + next() * 0.002
  const ring: [number, number][] = [
    [at.lng - half, at.lat - half],
    [at.lng + half, at.lat - half],
    [at.lng + half, at.lat + half],
    [at.lng - half, at.lat + half],
    [at.lng - half, at.lat - half]
  ]
  return { type: 'Polygon', coordinates: [ring] }
}

const nameOf = (name: string, { place, located }: { place: DemoPlace; located: Located }, n: number): string =>
  name
    .replaceAll('{n}', `${n}号`)
    .replaceAll('{road}', place.roadName ?? located.communityName)
    .replaceAll('{street}', located.streetName)
    .replaceAll('{community}', located.communityName)

function attributesOf(d: RegisterDeclaration, wish: DemoWish, dice: Dice): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const [key, make] of Object.entries(wish.attributes ?? {})) {
    const declared = d.attributes.find((a) => a.key === key)
    if (!declared) continue
    if ('oneOf' in make) out[key] = make.oneOf[Math.floor(dice.next() * make.oneOf.length)]
    else if ('from' in make) out[key] = Number((make.from + dice.next() * (make.to - make.from)).toFixed(make.decimals))
    else if ('daysAgo' in make) out[key] = dice.day(-make.daysAgo[1], -make.daysAgo[0])
    else out[key] = make.text
  }
  return out
}
