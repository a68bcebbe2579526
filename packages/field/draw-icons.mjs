// Draws the icons of the home screen from the mark: `node packages/field/draw-icons.mjs` after a change of public/icon.svg.
import { readFile } from 'node:fs/promises'
import sharp from 'sharp'

const here = new URL('./public/', import.meta.url)
const mark = await readFile(new URL('icon.svg', here), 'utf8')
/** A maskable icon fills its square to the edge; what matters stays within four fifths. */
const full = mark
  .replace(' rx="112"', '')
  .replace('<path', '<g transform="translate(51.2 51.2) scale(0.8)"><path')
  .replace('</svg>', '</g></svg>')

for (const [name, svg, size] of [
  ['icon-192.png', mark, 192],
  ['icon-512.png', mark, 512],
  ['icon-maskable-512.png', full, 512]
])
  await sharp(Buffer.from(svg), { density: 96 })
    .resize(size, size)
    .png({ compressionLevel: 9 })
    .toFile(new URL(name, here).pathname)
