// What the place of a problem looks like once it is put right.
import type { Subject } from '../matter.ts'
import { bike, bin, coverPlate, type Draw, many, panel, plot, railing } from './parts.ts'
import { disc, line, oval, path, rect, shade } from './scene.ts'

/** Where the place is not simply empty afterwards: what stands there, whole and clean. */
export const SOLVED: Partial<Record<Subject, Draw>> = {
  dirt: (_c, x, y) => oval(x, y + 6, 140, 16, '#ffffff', 'opacity="0.08"'),
  greenLitter: (_c, x, y) => plot(x, y),
  bareGreen: (_c, x, y) => plot(x, y) + many(7, (i) => disc(x - 84 + i * 28, y - 12, 3.4, i % 2 ? '#e4a5b3' : '#f0e3a0')),
  fullBin: (_c, x, y) => [-62, 0, 62].map((dx, i) => bin(x + dx, y, ['#4d8c6a', '#5b7fa6', '#7b6f63'][i] as string)).join(''),
  stickers: (_c, x, y) => rect(x - 120, y - 128, 240, 128, '#d4cabb'),
  wall: (_c, x, y) => rect(x - 140, y - 150, 280, 150, '#e0d7c8') + rect(x - 140, y - 16, 280, 16, '#bcae9b'),
  pothole: (_c, x, y) => path(`M${x - 96} ${y - 26}h190l10 54h-210Z`, '#5f6267'),
  cover: (_c, x, y) => coverPlate(x, y),
  lamp: (_c, x, y) =>
    shade(x, y + 3, 34) +
    rect(x - 4, y - 250, 8, 250, '#6d7278') +
    line(`M${x} ${y - 248}q6-16 46-10`, '#6d7278', 6) +
    oval(x + 50, y - 254, 18, 7, '#fff1c4') +
    rect(x - 9, y - 46, 18, 46, '#5d6268'),
  rail: (_c, x, y) => railing(x - 210, y, 22),
  tree: (_c, x, y) =>
    shade(x, y + 4, 44) +
    rect(x - 24, y - 6, 48, 9, '#8d7b62') +
    rect(x - 7, y - 128, 14, 126, '#86705a') +
    [
      [0, -150, 48],
      [-28, -126, 32],
      [30, -130, 34]
    ]
      .map(([dx, dy, r]) => disc(x + (dx as number), y + (dy as number), r as number, '#7fa86c'))
      .join('') +
    line(`M${x - 30} ${y}L${x} ${y - 66}L${x + 30} ${y}`, '#b9a06f', 4),
  bikes: (c, x, y) =>
    shade(x, y + 2, 124) + many(6, (i) => bike(x - 112 + i * 44, y, c.pick(['#e3b23c', '#3f8fbf', '#5fae7a']), 0)),
  cable: (_c, x, y) =>
    `${rect(x - 176, y - 240, 9, 320, '#8b8f93')}${rect(x + 168, y - 240, 9, 320, '#8b8f93')}${[226, 214].map((h) => line(`M${x - 172} ${y - h}Q${x} ${y - h + 40} ${x + 172} ${y - h}`, '#3f4348', 3)).join('')}`,
  fence: (_c, x, y) => [-210, -114, -18, 78, 174].map((dx) => panel(x + dx, y, 92)).join(''),
  dust: (_c, x, y) =>
    path(`M${x - 150} ${y}Q${x - 70} ${y - 96} ${x + 4} ${y - 62}Q${x + 86} ${y - 112} ${x + 150} ${y}Z`, '#6f9f76') +
    many(9, (i) => line(`M${x - 120 + i * 30} ${y - 4}l14-34`, '#618d68', 1.5)) +
    panel(x - 236, y + 6, 84) +
    panel(x + 152, y + 6, 84)
}
