// A street, drawn flat and calm: houses, shops, trees, pavement, road. The same seed is the same street from every distance and on every visit.
import type { Chance } from '../random.ts'

export const WIDTH = 880
export const HEIGHT = 660
/** Heights of the picture's bands. */
export const GROUND = { wall: 420, kerb: 505, road: 516 } as const

const HOUSES = ['#d9cfc1', '#cfd6d9', '#d8c7bb', '#c9d1c8', '#dcd3c9', '#c7cbd4', '#d6cab0']
const ROOFS = ['#a6604d', '#8c6a5c', '#7d7f86', '#9a7362']
const AWNINGS = ['#c8614e', '#4f8a8b', '#d69c4a', '#5f7fa8', '#7a9a5b', '#b06a8a']
const LEAVES = ['#6f9a63', '#7fa86c', '#5f8b5d', '#88ad6a']

export interface Light {
  sky: readonly [string, string]
  /** A wash over everything: colour and strength. */
  wash: readonly [string, number]
  lamps: boolean
}

/** Light by the hour of the city's wall clock. */
export function lightAt(hour: number): Light {
  if (hour < 5.2 || hour >= 19.3) return { sky: ['#26324d', '#4a5674'], wash: ['#18233f', 0.27], lamps: true }
  if (hour < 7) return { sky: ['#b9c6dd', '#f3dcc6'], wash: ['#f3c9a0', 0.1], lamps: false }
  if (hour >= 17.2) return { sky: ['#9fb2d0', '#f4cfa9'], wash: ['#e8a66a', 0.14], lamps: hour >= 18.3 }
  return { sky: ['#a9cbe4', '#e4eff3'], wash: ['#ffffff', 0], lamps: false }
}

export const rect = (x: number, y: number, w: number, h: number, fill: string, more = ''): string =>
  `<rect x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}" fill="${fill}" ${more}/>`
export const disc = (x: number, y: number, r: number, fill: string, more = ''): string =>
  `<circle cx="${n(x)}" cy="${n(y)}" r="${n(r)}" fill="${fill}" ${more}/>`
export const oval = (x: number, y: number, rx: number, ry: number, fill: string, more = ''): string =>
  `<ellipse cx="${n(x)}" cy="${n(y)}" rx="${n(rx)}" ry="${n(ry)}" fill="${fill}" ${more}/>`
export const path = (d: string, fill: string, more = ''): string => `<path d="${d}" fill="${fill}" ${more}/>`
export const line = (d: string, stroke: string, width: number, more = ''): string =>
  `<path d="${d}" fill="none" stroke="${stroke}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round" ${more}/>`
export const group = (transform: string, inner: string): string => `<g transform="${transform}">${inner}</g>`
export const n = (value: number): string => String(Math.round(value * 10) / 10)
/** The soft shadow a thing throws on the ground. */
export const shade = (x: number, y: number, rx: number): string => oval(x, y, rx, rx * 0.16, '#2d2a26', 'opacity="0.2"')

/** The street without any problem. */
export function drawStreet(chance: Chance, light: Light): string {
  const [top, bottom] = light.sky
  const hasPark = chance.hit(0.3)
  return [
    `<defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${top}"/><stop offset="1" stop-color="${bottom}"/></linearGradient></defs>`,
    rect(0, 0, WIDTH, 340, 'url(#sky)'),
    skyline(chance, light),
    rect(0, 330, WIDTH, GROUND.wall - 330, light.lamps ? '#59607a' : '#b9b8b0'),
    hasPark ? park(chance) : houses(chance, light),
    ground(chance),
    trees(chance),
    lampPost(chance.int(60, 820), light)
  ].join('')
}

function skyline(chance: Chance, light: Light): string {
  let out = ''
  for (let x = -20; x < WIDTH; ) {
    const [w, h] = [chance.int(46, 110), chance.int(60, 190)]
    out += rect(x, 330 - h, w, h + 40, light.lamps ? '#3c4863' : '#b6c3cf', 'opacity="0.75"')
    x += w + chance.int(2, 26)
  }
  return out
}

function houses(chance: Chance, light: Light): string {
  let out = ''
  for (let x = -chance.int(0, 60); x < WIDTH; ) {
    const [w, floors] = [chance.int(150, 250), chance.int(2, 4)]
    out += house(chance, light, x, w, floors)
    x += w + chance.int(0, 3) * 4
  }
  return out
}

function house(chance: Chance, light: Light, x: number, w: number, floors: number): string {
  const top = GROUND.wall - 96 - floors * 62
  const wall = chance.pick(HOUSES)
  let out = rect(x, top, w, GROUND.wall - top, wall)
  out += chance.hit(0.5)
    ? path(`M${x - 6} ${top}L${x + w + 6} ${top}L${x + w - 18} ${top - 26}L${x + 18} ${top - 26}Z`, chance.pick(ROOFS))
    : rect(x - 3, top - 8, w + 6, 10, '#8f8a83')
  const columns = Math.max(2, Math.floor(w / 56))
  const gap = w / columns
  for (let floor = 0; floor < floors; floor++) {
    for (let column = 0; column < columns; column++) {
      const lit = light.lamps && chance.hit(0.45)
      const [wx, wy] = [x + column * gap + gap / 2 - 15, top + 16 + floor * 62]
      out +=
        rect(wx - 2, wy - 2, 34, 40, '#f3efe8') +
        rect(wx, wy, 30, 36, lit ? '#f7d98b' : '#8fa6b5') +
        rect(wx + 14, wy, 2, 36, '#f3efe8')
      if (chance.hit(0.25)) out += rect(wx - 4, wy + 38, 38, 6, '#b9b2a6')
    }
  }
  return out + shop(chance, light, x + 8, w - 16)
}

function shop(chance: Chance, light: Light, x: number, w: number): string {
  const y = GROUND.wall - 92
  const colour = chance.pick(AWNINGS)
  let out = rect(x, y, w, 24, colour) + rect(x + w * 0.2, y + 7, w * 0.6, 10, '#fdf8ee', 'opacity="0.85" rx="3"')
  const stripes = Math.round(w / 18)
  for (let i = 0; i < stripes; i++)
    out += path(
      `M${n(x + (i * w) / stripes)} ${y + 24}h${n(w / stripes)}v8q${n(-w / stripes / 2)} 8 ${n(-w / stripes)} 0Z`,
      i % 2 ? '#fbf5ea' : colour
    )
  const glass = light.lamps ? '#f3d593' : '#a9c0c9'
  out +=
    rect(x + 4, y + 40, w * 0.56, 50, glass) +
    rect(x + w * 0.66, y + 36, w * 0.26, 56, '#74675c') +
    rect(x + w * 0.69, y + 42, w * 0.2, 34, glass)
  for (let i = 0; i < 3; i++)
    out += rect(x + 14 + i * w * 0.17, y + 68 - chance.int(0, 10), w * 0.1, 22, chance.pick(AWNINGS), 'opacity="0.55"')
  return out
}

function park(chance: Chance): string {
  let out = rect(0, 330, WIDTH, 90, '#9dbb86')
  for (let i = 0; i < 15; i++) {
    const [x, r] = [i * 62 + chance.int(-18, 18), chance.int(28, 58)]
    out += oval(x, 340 + chance.int(-12, 12), r, r * 0.85, chance.pick(LEAVES))
  }
  out += rect(0, 398, WIDTH, 8, '#c4b7a2')
  for (let x = 8; x < WIDTH; x += 26) out += rect(x, 376, 5, 26, '#b0a48f')
  return out + rect(0, 380, WIDTH, 4, '#b0a48f')
}

function ground(chance: Chance): string {
  let out = rect(0, GROUND.wall, WIDTH, GROUND.kerb - GROUND.wall, '#cdc4b6')
  for (let i = 0; i < 16; i++) out += line(`M${i * 62 - 30} ${GROUND.kerb}L${i * 62 + 10} ${GROUND.wall}`, '#bdb3a4', 1.5)
  for (const y of [442, 470]) out += line(`M0 ${y}H${WIDTH}`, '#bdb3a4', 1.2)
  // The tactile paving for the blind.
  out += rect(0, 484, WIDTH, 12, '#d9b45c')
  out +=
    rect(0, GROUND.kerb, WIDTH, GROUND.road - GROUND.kerb, '#aaa397') +
    rect(0, GROUND.road, WIDTH, HEIGHT - GROUND.road, '#767a80')
  const offset = chance.int(0, 90)
  for (let x = -offset; x < WIDTH; x += 130) out += path(`M${x} 604h70l-8 10h-70Z`, '#e8e6df')
  for (let i = 0; i < 24; i++) out += disc(chance.int(0, WIDTH), chance.int(GROUND.road + 6, HEIGHT), chance.int(1, 2), '#6a6e74')
  return out
}

function trees(chance: Chance): string {
  const at = [chance.int(40, 150), chance.int(700, 830)]
  if (chance.hit(0.4)) at.push(chance.int(330, 420))
  return at.map((x) => tree(chance, x)).join('')
}

function tree(chance: Chance, x: number): string {
  const leaf = chance.pick(LEAVES)
  return (
    shade(x, 478, 40) +
    rect(x - 22, 470, 44, 9, '#8d7b62') +
    rect(x - 6, 372, 12, 104, '#86705a') +
    [
      [0, 330, 56],
      [-32, 356, 38],
      [33, 354, 40],
      [0, 296, 40]
    ]
      .map(([dx, y, r]) => disc(x + (dx as number), y as number, r as number, leaf))
      .join('') +
    disc(x - 14, 318, 24, '#ffffff', 'opacity="0.09"')
  )
}

export function lampPost(x: number, light: Light): string {
  const glow = light.lamps ? disc(x + 44, 214, 52, '#ffe9a8', 'opacity="0.28"') : ''
  return `${glow}${rect(x - 3, 206, 6, 296, '#6d7278')}${line(`M${x} 208q4-16 44-10`, '#6d7278', 5)}${oval(x + 46, 204, 16, 6, light.lamps ? '#fff1c4' : '#dfe3e6')}`
}
