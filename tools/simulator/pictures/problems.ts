// What is wrong, one drawing per subject.
import type { Subject } from '../matter.ts'
import { BAGS, bag, bike, bin, cart, type Draw, many, panel, plot, railing, scrap } from './parts.ts'
import { disc, group, line, oval, path, rect, shade } from './scene.ts'

export const PROBLEM: Record<Subject, Draw> = {
  litter: (c, x, y) =>
    shade(x, y + 2, 70) +
    many(6, (i) => bag(x - 52 + i * 21, y - (i % 2) * 7, c.int(14, 22), c.pick(BAGS))) +
    many(12, () => scrap(c, x + c.int(-95, 95), y + c.int(-6, 16))),
  heap: (c, x, y) =>
    shade(x, y + 4, 118) +
    path(
      `M${x - 112} ${y + 4}Q${x - 70} ${y - 44} ${x - 30} ${y - 58}Q${x + 8} ${y - 92} ${x + 44} ${y - 52}Q${x + 84} ${y - 38} ${x + 112} ${y + 4}Z`,
      '#a8906f'
    ) +
    many(22, () =>
      group(
        `translate(${c.int(x - 84, x + 84)} ${c.int(y - 34, y)}) rotate(${c.int(0, 90)})`,
        rect(-8, -6, c.int(9, 20), c.int(7, 13), c.pick(['#8e8478', '#b5553f', '#c9bfae', '#7c7468', '#d7cbb6']))
      )
    ),
  dirt: (c, x, y) =>
    many(7, () =>
      oval(x + c.int(-110, 110), y + c.int(-16, 26), c.int(26, 66), c.int(7, 15), '#4d463c', `opacity="${c.int(28, 52) / 100}"`)
    ) + many(16, () => scrap(c, x + c.int(-150, 150), y + c.int(-22, 34))),
  spill: (c, x, y) =>
    many(110, () =>
      disc(x + c.int(-210, 210), y + c.int(-20, 26), c.int(2, 6), c.pick(['#b7a27d', '#9c8a6b', '#cbb994', '#867759']))
    ) + oval(x - 20, y + 2, 120, 14, '#b7a27d', 'opacity="0.7"'),
  greenLitter: (c, x, y) =>
    plot(x, y) +
    many(11, () => scrap(c, x + c.int(-96, 96), y + c.int(-22, 10))) +
    many(3, (i) => bag(x - 50 + i * 48, y - c.int(0, 8), 13, c.pick(BAGS))),
  clutter: (c, x, y) =>
    shade(x, y + 3, 96) +
    many(6, (i) => {
      const [w, h] = [c.int(34, 48), c.int(28, 42)]
      const [bx, by] = [x - 86 + (i % 4) * 46, y - (i > 3 ? 40 : 0)]
      return rect(bx, by - h, w, h, c.pick(['#c59b68', '#b58a57', '#d2ac7b'])) + rect(bx + w / 2 - 3, by - h, 6, h, '#e3cda5')
    }) +
    group(`translate(${x + 84} ${y}) rotate(-14)`, rect(0, -110, 9, 110, '#a27c4f') + rect(13, -98, 9, 98, '#b58f5f')),
  fullBin: (c, x, y) =>
    [-62, 0, 62].map((dx, i) => bin(x + dx, y, ['#4d8c6a', '#5b7fa6', '#7b6f63'][i] as string)).join('') +
    many(10, (i) => bag(x - 78 + i * 17, y - 66 - (i % 3) * 8, c.int(12, 17), c.pick(BAGS))) +
    many(5, () => bag(x + c.int(-110, 110), y + c.int(4, 12), 13, c.pick(BAGS))) +
    many(7, () => scrap(c, x + c.int(-120, 120), y + c.int(4, 18))),
  bareGreen: (c, x, y) =>
    plot(x, y) +
    oval(x + 6, y + 1, 86, 17, '#a98d68') +
    many(9, () => oval(x + c.int(-66, 78), y + c.int(-8, 10), c.int(5, 11), 4, '#8d744f')) +
    many(3, (i) => line(`M${x - 60 + i * 44} ${y + 8}q22 -7 44 -2`, '#7d6746', 3)) +
    line(`M${x + 44} ${y - 4}l26 -58`, '#8a6a45', 5) +
    path(`M${x + 36} ${y - 6}l14 5l-5 12q-11 2-15-5Z`, '#8d959c'),
  stickers: (c, x, y) =>
    rect(x - 120, y - 128, 240, 128, '#cfc5b6') +
    many(15, () =>
      group(
        `translate(${c.int(x - 102, x + 84)} ${c.int(y - 112, y - 30)}) rotate(${c.int(-14, 14)})`,
        rect(0, 0, 26, 18, c.pick(['#f6f0e2', '#f0d873', '#e8a79a', '#b9d3e0'])) +
          rect(4, 5, 18, 2, '#6b6b6b') +
          rect(4, 10, 12, 2, '#c0503f')
      )
    ),
  billboard: (c, x, y) =>
    shade(x, y + 4, 52) +
    rect(x - 34, y - 8, 68, 10, '#5d6267') +
    rect(x - 46, y - 142, 92, 136, '#4a4f55', 'rx="5"') +
    rect(x - 39, y - 135, 78, 122, c.pick(['#d9574c', '#e3a33f', '#4c87b8']), 'rx="3"') +
    disc(x, y - 100, 22, '#fff3d6', 'opacity="0.9"') +
    rect(x - 26, y - 62, 52, 8, '#fff3d6') +
    rect(x - 20, y - 46, 40, 6, '#fff3d6') +
    rect(x - 26, y - 32, 52, 5, '#fff3d6', 'opacity="0.7"'),
  goods: (c, x, y) =>
    shade(x, y + 24, 120) +
    many(3, (i) => {
      const bx = x - 118 + i * 82
      return (
        rect(bx, y - 30, 72, 6, '#9a7a55') +
        rect(bx, y - 2, 72, 6, '#9a7a55') +
        rect(bx + 4, y - 34, 4, 58, '#7d6246') +
        rect(bx + 64, y - 34, 4, 58, '#7d6246') +
        many(
          5,
          (k) =>
            rect(bx + 4 + k * 13, y - 30 - c.int(12, 22), 11, 20, c.pick(BAGS)) +
            disc(bx + 10 + k * 13, y - 8, 6, c.pick(['#d8743f', '#c94f45', '#7ea04a', '#e3b748']))
        )
      )
    }) +
    many(
      4,
      (i) =>
        rect(x - 90 + i * 52, y + 10, 40, 20, '#5a86a8', 'rx="2"') +
        rect(x - 86 + i * 52, y + 6, 32, 8, c.pick(['#d8743f', '#7ea04a', '#e3b748']))
    ),
  stall: (c, x, y) =>
    cart(c, x, y) +
    rect(x + 92, y - 26, 30, 26, '#5a86a8') +
    rect(x + 97, y - 34, 20, 10, '#7ea04a') +
    disc(x - 108, y - 84, 12, '#e8c6a4') +
    path(`M${x - 124} ${y}v-48q16-28 32 0v48Z`, '#64788c') +
    path(`M${x - 121} ${y - 88}q13-18 26 0Z`, '#d8cdb8'),
  materials: (c, x, y) =>
    shade(x, y + 3, 108) +
    many(5, (r) =>
      many(7 - r, (i) => rect(x - 104 + i * 20 + r * 10, y - 12 - r * 12, 19, 11, c.pick(['#b5604a', '#a85640', '#c06d55'])))
    ) +
    many(5, (i) => line(`M${x + 34} ${y - 5 - i * 8}h84`, i % 2 ? '#9aa3aa' : '#848d94', 7)) +
    path(`M${x + 44} ${y - 46}h50l8 14h-66Z`, '#cfc7b8'),
  pothole: (c, x, y) =>
    path(`M${x - 74} ${y}q8-24 44-22q30-12 58 2q44 2 40 22q-10 22-52 18q-34 12-62-2q-26 0-28-18Z`, '#5b5d60') +
    path(`M${x - 50} ${y + 1}q10-15 34-13q24-8 44 3q26 3 22 12q-14 13-40 9q-32 8-60-11Z`, '#44464a') +
    many(20, () => disc(x + c.int(-92, 92), y + c.int(-20, 24), c.int(2, 5), '#8b8e92')) +
    line(`M${x + 66} ${y - 6}l28-12l16 4M${x - 70} ${y + 8}l-30 8`, '#5b5d60', 2.5),
  cover: (_c, x, y) =>
    oval(x, y, 52, 20, '#8a8d90') +
    oval(x, y, 43, 15, '#22252a') +
    path(`M${x - 6} ${y - 15}q44-4 50 14q-2 12-26 16q-2-18-24-30Z`, '#6b7075') +
    line(`M${x - 60} ${y + 12}l-26 10M${x + 52} ${y - 12}l24-12M${x - 40} ${y - 18}l-18-8`, '#5b5d60', 3) +
    path(`M${x + 86} ${y + 14}l14-50h10l14 50Z`, '#e0703a') +
    rect(x + 94, y - 12, 22, 9, '#f6f1e6'),
  lamp: (_c, x, y) =>
    group(
      `rotate(13 ${x} ${y})`,
      `${rect(x - 4, y - 250, 8, 250, '#6d7278')}${line(`M${x} ${y - 248}q6-16 46-10`, '#6d7278', 6)}${oval(x + 50, y - 254, 18, 7, '#4b5056')}${rect(x - 9, y - 46, 18, 46, '#5d6268')}${rect(x - 5, y - 40, 10, 18, '#2b2e33')}${line(`M${x - 2} ${y - 26}q-14 14-6 28M${x + 2} ${y - 26}q16 12 12 24`, '#c9573f', 2)}`
    ) + shade(x, y + 3, 34),
  rail: (_c, x, y) =>
    railing(x - 210, y, 7) +
    group(`rotate(24 ${x - 40} ${y})`, railing(x - 52, y + 6, 4)) +
    group(`rotate(-68 ${x + 60} ${y})`, railing(x + 16, y + 18, 3)) +
    railing(x + 112, y, 6),
  tree: (c, x, y) =>
    shade(x + 40, y + 4, 96) +
    group(
      `rotate(38 ${x} ${y})`,
      rect(x - 8, y - 128, 16, 128, '#86705a') +
        [
          [0, -150, 48],
          [-28, -126, 32],
          [30, -130, 34]
        ]
          .map(([dx, dy, r]) => disc(x + (dx as number), y + (dy as number), r as number, '#7fa86c'))
          .join('')
    ) +
    many(12, () => oval(x + c.int(-40, 140), y + c.int(-4, 14), 8, 4, '#8fb377')) +
    line(`M${x + 40} ${y}l44-12l30 6`, '#7a644e', 6),
  bikes: (c, x, y) =>
    shade(x, y + 2, 130) +
    many(6, (i) =>
      bike(x - 124 + i * 46, y - (i % 2) * 6, c.pick(['#e3b23c', '#3f8fbf', '#5fae7a']), i % 2 ? c.int(52, 78) : c.int(-16, 16))
    ),
  cable: (_c, x, y) =>
    `${rect(x - 176, y - 240, 9, 320, '#8b8f93')}${rect(x + 168, y - 240, 9, 320, '#8b8f93')}${line(`M${x - 172} ${y - 226}Q${x} ${y - 176} ${x + 172} ${y - 226}`, '#3f4348', 3)}${line(`M${x - 172} ${y - 212}Q${x - 20} ${y + 70} ${x + 30} ${y + 58}q40-10 26-26q-20-12-30 6`, '#33373c', 3.5)}`,
  laundry: (c, x, y) =>
    line(`M${x - 150} ${y - 76}Q${x} ${y - 58} ${x + 150} ${y - 78}`, '#6a6259', 2) +
    many(7, (i) => {
      const [lx, ly] = [x - 132 + i * 40, y - 70 + (i === 3 ? 5 : 2)]
      return path(`M${lx} ${ly}h30v${c.int(34, 56)}h-30Z`, c.pick(['#e6e2da', '#7e9cb8', '#d98a75', '#dcb960', '#8aa88a']))
    }) +
    rect(x - 153, y - 84, 5, 108, '#8d8478') +
    rect(x + 148, y - 84, 5, 108, '#8d8478'),
  sofa: (_c, x, y) =>
    shade(x, y + 4, 96) +
    rect(x - 84, y - 62, 168, 46, '#96705f', 'rx="14"') +
    rect(x - 92, y - 40, 26, 40, '#865f50', 'rx="10"') +
    rect(x + 66, y - 40, 26, 40, '#865f50', 'rx="10"') +
    rect(x - 68, y - 32, 134, 22, '#a98171', 'rx="7"') +
    path(`M${x - 20} ${y - 32}l14 12l16-10Z`, '#efe6d8') +
    group(`translate(${x + 104} ${y}) rotate(10)`, rect(0, -104, 24, 104, '#d6d0c4', 'rx="5"') + rect(4, -96, 16, 88, '#c4bdb0')),
  wall: (c, x, y) =>
    rect(x - 140, y - 150, 280, 150, '#d3c9ba') +
    many(7, () =>
      path(
        `M${c.int(x - 122, x + 70)} ${c.int(y - 140, y - 60)}q22-12 40 3q13 16-5 25q-30 9-38-6q-6-14 3-22Z`,
        '#a99c8a',
        'opacity="0.8"'
      )
    ) +
    line(`M${x - 60} ${y - 60}q20-34 38-6t40-12t36 14`, '#b0503f', 5, 'opacity="0.75"') +
    many(4, (i) => line(`M${x - 112 + i * 62} ${y - 146}v${c.int(40, 100)}`, '#8d8274', 4, 'opacity="0.4"')),
  fence: (_c, x, y) =>
    panel(x - 210, y, 96) +
    panel(x - 110, y, 84, 9) +
    group(`translate(${x - 8} ${y + 10}) rotate(76)`, panel(0, 0, 84)) +
    panel(x + 104, y, 110),
  dust: (c, x, y) =>
    path(`M${x - 150} ${y}Q${x - 70} ${y - 96} ${x + 4} ${y - 62}Q${x + 86} ${y - 112} ${x + 150} ${y}Z`, '#b89a70') +
    many(8, () => disc(x + c.int(-150, 150), y - c.int(60, 130), c.int(24, 46), '#d9c6a4', 'opacity="0.42"')) +
    panel(x - 236, y + 6, 84) +
    panel(x + 152, y + 6, 84)
}
