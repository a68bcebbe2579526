// Things that stand or lie in more than one drawing.
import type { Chance } from '../random.ts'
import { disc, group, line, n, oval, path, rect, shade } from './scene.ts'

export type Draw = (chance: Chance, x: number, y: number) => string

export const BAGS = ['#e6e2da', '#5d6b7a', '#c9745a', '#d8b65f', '#7e9c86', '#46505c']
export const many = (count: number, draw: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => draw(i)).join('')

export const bag = (x: number, y: number, r: number, fill: string): string =>
  path(
    `M${n(x - r)} ${n(y)}q${n(-r * 0.2)} ${n(-r * 1.2)} ${n(r * 0.7)} ${n(-r * 1.3)}l${n(-r * 0.1)} ${n(-r * 0.35)}h${n(r * 0.7)}l${n(-r * 0.05)} ${n(r * 0.35)}q${n(r * 0.95)} ${n(r * 0.2)} ${n(r * 0.7)} ${n(r * 1.3)}Z`,
    fill
  ) + oval(x - r * 0.3, y - r * 0.75, r * 0.16, r * 0.3, '#ffffff', 'opacity="0.3"')
export const scrap = (chance: Chance, x: number, y: number): string =>
  group(
    `translate(${n(x)} ${n(y)}) rotate(${chance.int(-40, 40)})`,
    rect(-6, -3, chance.int(8, 15), chance.int(5, 8), chance.pick(['#f2eee4', '#e3b16a', '#9fb6c4', '#d98a75']), 'rx="1.5"')
  )

export const plot = (x: number, y: number, soil = false): string =>
  oval(x, y, 120, 24, soil ? '#a98d68' : '#86ab6c') +
  (soil ? '' : many(16, (i) => oval(x - 108 + i * 14.4, y - 12 - (i % 3) * 4, 13, 11, i % 2 ? '#78a062' : '#90b675')))
export const bin = (x: number, y: number, colour: string): string =>
  shade(x, y + 2, 34) +
  path(`M${x - 24} ${y - 62}h48l-5 62h-38Z`, colour) +
  rect(x - 27, y - 70, 54, 10, colour, 'rx="4"') +
  rect(x - 27, y - 62, 54, 3, '#00000022') +
  disc(x - 15, y + 1, 5, '#3d4247') +
  disc(x + 15, y + 1, 5, '#3d4247') +
  rect(x - 9, y - 44, 18, 16, '#ffffff', 'opacity="0.55" rx="3"')
export const cart = (chance: Chance, x: number, y: number): string => {
  const colour = chance.pick(['#d2694f', '#4d8f8c', '#dfa444'])
  return (
    shade(x, y + 3, 78) +
    rect(x - 58, y - 48, 116, 34, '#b98a5a') +
    rect(x - 64, y - 54, 128, 8, '#caa06f') +
    disc(x - 36, y - 6, 11, '#474b50') +
    disc(x + 36, y - 6, 11, '#474b50') +
    disc(x - 36, y - 6, 4, '#b8bcc0') +
    disc(x + 36, y - 6, 4, '#b8bcc0') +
    many(9, (i) => disc(x - 50 + i * 12.5, y - 59 - (i % 2) * 4, 8, chance.pick(['#e0873f', '#c94f45', '#86a94b', '#e6b94a']))) +
    rect(x - 2, y - 142, 4, 92, '#8a8d90') +
    path(`M${x - 82} ${y - 134}Q${x} ${y - 196} ${x + 82} ${y - 134}Z`, colour) +
    path(`M${x - 27} ${y - 134}Q${x} ${y - 196} ${x + 27} ${y - 134}Z`, '#fbf3e2')
  )
}
export const coverPlate = (x: number, y: number): string =>
  oval(x, y, 46, 17, '#565a5e') +
  oval(x, y - 1, 39, 13.5, '#6b7075') +
  many(4, (i) => line(`M${x - 26} ${n(y - 8 + i * 5)}h52`, '#5a5e63', 2)) +
  oval(x, y, 46, 17, 'none', 'stroke="#4a4d51" stroke-width="2"')
export const bike = (x: number, y: number, colour: string, lean: number): string =>
  group(
    `translate(${n(x)} ${n(y)}) rotate(${lean})`,
    `${[-22, 22].map((dx) => disc(dx, -15, 14, 'none', 'stroke="#3b3f44" stroke-width="3"')).join('')}${line('M-22 -15L-6 -36L14 -36L22 -15M-6 -36L2 -15L14 -36M2 -15L-22 -15M14 -36L17 -46L10 -48M-9 -42L-2 -42', colour, 3.4)}`
  )
export const panel = (x: number, y: number, w: number, lean = 0): string =>
  group(
    `translate(${n(x)} ${n(y)}) rotate(${lean})`,
    rect(0, -92, w, 92, '#6d9fb5') +
      many(Math.floor(w / 12), (i) => rect(i * 12 + 9, -92, 2, 92, '#5c8ca2')) +
      rect(0, -96, w, 6, '#d8dde0') +
      rect(0, -10, w, 10, '#e2b24f')
  )
export const railing = (x: number, y: number, count: number): string =>
  many(count, (i) => rect(x + i * 20, y - 48, 4, 48, '#f2f2ee')) +
  rect(x - 4, y - 46, count * 20, 5, '#f2f2ee') +
  rect(x - 4, y - 22, count * 20, 5, '#f2f2ee')
