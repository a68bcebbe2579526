/** Draws the icons of the app into `public/`: `node icons.ts`. A viewfinder with a place in it. */
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'

const BLUE = '#1457D9'

/** @param inset share of the edge left empty, so that a round mask of the launcher cuts nothing off */
function icon(radius: number, inset: number): string {
  const scale = 1 - 2 * inset
  const move = 64 * inset
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="512" height="512"><title>Chengyun</title><rect width="64" height="64" rx="${radius}" fill="${BLUE}"/><g transform="translate(${move} ${move}) scale(${scale})" fill="none" stroke="#fff" stroke-width="4.4" stroke-linecap="round" stroke-linejoin="round"><path d="M10 21v-7a4 4 0 0 1 4-4h7M43 10h7a4 4 0 0 1 4 4v7M54 43v7a4 4 0 0 1-4 4h-7M21 54h-7a4 4 0 0 1-4-4v-7"/><path d="M32 48C25 40 20.500 35 20.500 28.500a11.500 11.500 0 0 1 23 0C43.500 35 39 40 32 48Z" fill="#fff"/><circle cx="32" cy="28.500" r="4.600" fill="${BLUE}" stroke="none"/></g></svg>\n`
}

const at = (name: string) => fileURLToPath(new URL(`public/${name}`, import.meta.url))
const png = (svg: string, size: number, name: string) =>
  sharp(Buffer.from(svg)).resize(size).png({ compressionLevel: 9 }).toFile(at(name))

await writeFile(at('icon.svg'), icon(14, 0).replace(' width="512" height="512"', ''))
await png(icon(14, 0), 192, 'icon-192.png')
await png(icon(14, 0), 512, 'icon-512.png')
await png(icon(0, 0.06), 180, 'icon-180.png')
await png(icon(0, 0.14), 512, 'icon-maskable-512.png')
