import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { fraction } from './script.ts'

const WIDTH = 320
const HEIGHT = 240

/** A picture that stands for the photo a handler would take: plainly drawn, different for every order, small. */
export async function drawPhoto(no: string): Promise<Buffer> {
  const at = (what: string, from: number, to: number) => Math.round(from + fraction(`${no}/${what}`) * (to - from))
  const pixels = Buffer.alloc(WIDTH * HEIGHT * 3)
  const horizon = at('horizon', 80, 140)
  const [x, y, w, h] = [at('x', 20, 200), horizon + at('y', -40, 20), at('w', 40, 100), at('h', 40, 80)]
  const sky = [at('r', 130, 200), at('g', 160, 210), at('b', 190, 240)] as const
  const wall = [at('wr', 90, 220), at('wg', 80, 200), at('wb', 70, 190)] as const
  for (let row = 0; row < HEIGHT; row += 1) {
    for (let column = 0; column < WIDTH; column += 1) {
      const inWall = column >= x && column < x + w && row >= y && row < y + h
      const shade = row < horizon ? 1 - row / 600 : 0.45 + (row - horizon) / 500
      const base = inWall ? wall : row < horizon ? sky : ([150, 148, 142] as const)
      const offset = (row * WIDTH + column) * 3
      for (let c = 0; c < 3; c += 1) pixels[offset + c] = Math.min(255, (base[c] ?? 0) * (inWall ? 1 : shade))
    }
  }
  return sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .jpeg({ quality: 70 })
    .toBuffer()
}

/** The body of an upload of one photo as evidence of a phase, hashed where it was "taken". */
export function photoForm(photo: Buffer, phase: string, place: readonly [number, number]): { type: string; body: Buffer } {
  const boundary = `chengyun-${createHash('sha256').update(photo).digest('hex').slice(0, 24)}`
  const fields = { phase, lng: String(place[0]), lat: String(place[1]), sha256: createHash('sha256').update(photo).digest('hex') }
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  )
  const head = `${parts.join('')}--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${phase}.jpg"\r\ncontent-type: image/jpeg\r\n\r\n`
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.concat([Buffer.from(head), photo, Buffer.from(`\r\n--${boundary}--\r\n`)])
  }
}
