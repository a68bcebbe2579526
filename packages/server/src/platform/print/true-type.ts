import type { Glyph, OutlineStep } from '../noto.ts'

interface Point {
  x: number
  y: number
  on: boolean
}

/** Contours of an outline: lines and quadratic curves as TrueType has them. */
function contoursOf(steps: readonly OutlineStep[]): Point[][] {
  const out: Point[][] = []
  for (const { command, args } of steps) {
    const at = (i: number, on: boolean): Point => ({ x: Math.round(args[i]!), y: Math.round(args[i + 1]!), on })
    if (command === 'moveTo') out.push([at(0, true)])
    else if (command === 'lineTo') out.at(-1)!.push(at(0, true))
    else if (command === 'quadraticCurveTo') out.at(-1)!.push(at(0, false), at(2, true))
    else if (command !== 'closePath') throw new Error(`an outline of TrueType has no ${command}`)
  }
  // A contour closes by itself: a last point on the first one would be there twice.
  for (const points of out) {
    const [first, last] = [points[0]!, points.at(-1)!]
    if (points.length > 1 && last.on && last.x === first.x && last.y === first.y) points.pop()
  }
  return out.filter((points) => points.length > 1)
}

function glyfOf({ steps }: Glyph): Buffer {
  const contours = contoursOf(steps)
  if (contours.length === 0) return Buffer.alloc(0)
  const points = contours.flat()
  const xs = points.map((p) => p.x)
  const ys = points.map((p) => p.y)
  const out = Buffer.alloc(10 + contours.length * 2 + 2 + points.length * 5)
  let o = out.writeInt16BE(contours.length)
  for (const v of [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]) o = out.writeInt16BE(v, o)
  let end = -1
  for (const c of contours) {
    end += c.length
    o = out.writeUInt16BE(end, o)
  }
  o = out.writeUInt16BE(0, o)
  for (const p of points) o = out.writeUInt8(p.on ? 1 : 0, o)
  for (const list of [xs, ys]) {
    let before = 0
    for (const v of list) {
      o = out.writeInt16BE(v - before, o)
      before = v
    }
  }
  return o % 4 === 0 ? out : Buffer.concat([out, Buffer.alloc(4 - (o % 4))])
}

const u16 = (...values: readonly number[]): Buffer => {
  const out = Buffer.alloc(values.length * 2)
  values.forEach((v, i) => {
    out.writeUInt16BE(v & 0xffff, i * 2)
  })
  return out
}
const u32 = (...values: readonly number[]): Buffer => {
  const out = Buffer.alloc(values.length * 4)
  values.forEach((v, i) => {
    out.writeUInt32BE(v >>> 0, i * 4)
  })
  return out
}

function nameTable(name: string): Buffer {
  const text = Buffer.from(name, 'utf16le').swap16()
  const records = [1, 2, 4, 6].map((id) => u16(3, 1, 0x409, id, text.length, 0))
  return Buffer.concat([u16(0, records.length, 6 + records.length * 12), ...records, text])
}

const sumOf = (table: Buffer): number => {
  let sum = 0
  for (let i = 0; i < table.length; i += 4) sum = (sum + table.readUInt32BE(i)) >>> 0
  return sum
}
const padded = (table: Buffer): Buffer =>
  table.length % 4 === 0 ? table : Buffer.concat([table, Buffer.alloc(4 - (table.length % 4))])

/** Heights of Noto Sans SC in its units. */
const ASCENT = 1160
const DESCENT = -288

/**
 * A TrueType font of exactly these characters: what a document is embedded with that must be readable where no font is installed. `unitsPerEm` is that of
 * the outlines.
 */
export function trueTypeOf(name: string, characters: ReadonlyMap<number, Glyph>, missing: Glyph, unitsPerEm: number): Buffer {
  const codes = [...characters.keys()].sort((a, b) => a - b)
  const drawn = [missing, ...codes.map((c) => characters.get(c)!)]
  const glyphs = drawn.map(glyfOf)
  const offsets = [0]
  for (const g of glyphs) offsets.push(offsets.at(-1)! + g.length)
  const advances = drawn.map((g) => Math.round(g.advance))
  const groups = codes.map((code, i) => u32(code, code, i + 1))
  const widest = Math.max(...advances)
  const tables: [string, Buffer][] = [
    [
      'OS/2',
      Buffer.concat([
        u16(4, Math.round(advances.reduce((a, b) => a + b, 0) / advances.length), 400, 5, 0),
        u16(650, 600, 0, 75, 650, 600, 0, 350, 50, 325, 0),
        Buffer.alloc(26),
        Buffer.from('    '),
        u16(64, Math.min(codes[0] ?? 0, 0xffff), Math.min(codes.at(-1) ?? 0, 0xffff)),
        u16(ASCENT, DESCENT, 0, ASCENT, -DESCENT),
        u32(0, 0),
        u16(543, 733, 0, 32, 0)
      ])
    ],
    ['cmap', Buffer.concat([u16(0, 1, 3, 10), u32(12), u16(12, 0), u32(16 + groups.length * 12, 0, groups.length), ...groups])],
    ['glyf', Buffer.concat(glyphs)],
    [
      'head',
      Buffer.concat([
        u32(0x10000, 0x10000, 0, 0x5f0f3cf5),
        u16(0, unitsPerEm),
        u32(0, 0, 0, 0),
        u16(0, DESCENT, widest, ASCENT, 0, 8, 2, 1, 0)
      ])
    ],
    ['hhea', Buffer.concat([u32(0x10000), u16(ASCENT, DESCENT, 0, widest, 0, 0, widest, 1, 0, 0, 0, 0, 0, 0, 0, drawn.length)])],
    ['hmtx', Buffer.concat(drawn.map((_, i) => u16(advances[i]!, glyphs[i]!.length > 0 ? glyphs[i]!.readInt16BE(2) : 0)))],
    ['loca', u32(...offsets)],
    ['maxp', Buffer.concat([u32(0x10000), u16(drawn.length, 1000, 100, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0)])],
    ['name', nameTable(name)],
    ['post', Buffer.concat([u32(0x30000, 0), u16(-100, 50), u32(0, 0, 0, 0, 0)])]
  ]
  const whole = tables.map(([tag, table]) => [tag, table, padded(table)] as const)
  let at = 12 + tables.length * 16
  const heads = whole.map(([tag, table, full]) => {
    const head = Buffer.concat([Buffer.from(tag), u32(sumOf(full), at, table.length)])
    at += full.length
    return head
  })
  const power = Math.floor(Math.log2(tables.length))
  const range = 2 ** power * 16
  return Buffer.concat([
    u32(0x10000),
    u16(tables.length, range, power, tables.length * 16 - range),
    ...heads,
    ...whole.map(([, , full]) => full)
  ])
}
