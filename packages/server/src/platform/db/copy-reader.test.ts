import { expect, test } from 'vitest'
import { bigintAt, CopyReader } from './copy-reader.ts'

const int16 = (n: number) => {
  const b = Buffer.alloc(2)
  b.writeInt16BE(n)
  return b
}
const int32 = (n: number) => {
  const b = Buffer.alloc(4)
  b.writeInt32BE(n)
  return b
}
const field = (text: string | null) =>
  text === null ? int32(-1) : Buffer.concat([int32(Buffer.byteLength(text)), Buffer.from(text)])
const HEAD = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), int32(0), int32(3), Buffer.from('ext')])
const rows: (string | null)[][] = [
  ['a', null, '城'],
  ['', 'bb', null]
]
const stream = Buffer.concat([HEAD, ...rows.flatMap((r) => [int16(3), ...r.map(field)]), int16(-1)])

function read(pieces: readonly Buffer[]): (string | null)[][] {
  const out: (string | null)[][] = []
  const reader = new CopyReader(3, (bytes, begins, ends) => {
    out.push([0, 1, 2].map((f) => (begins[f]! < 0 ? null : bytes.toString('utf8', begins[f], ends[f]))))
  })
  for (const piece of pieces) reader.take(piece)
  reader.finish()
  return out
}

test('rows come out as they went in, wherever the stream was cut', () => {
  for (let cut = 0; cut <= stream.length; cut++) expect(read([stream.subarray(0, cut), stream.subarray(cut)])).toEqual(rows)
  expect(read([...stream].map((byte) => Buffer.from([byte])))).toEqual(rows)
})

test('a stream that ends in the middle, or whose rows are others, is refused', () => {
  expect(() => read([stream.subarray(0, stream.length - 2)])).toThrow('ended in the middle')
  expect(() => new CopyReader(2, () => undefined).take(stream)).toThrow('2 columns, not 3')
})

test('numbers beyond 32 bits', () => {
  const b = Buffer.alloc(8)
  for (const n of [0n, -1n, 837_000_000_000_123n, -837_000_000_000_123n]) {
    b.writeBigInt64BE(n)
    expect(bigintAt(b, 0)).toBe(Number(n))
  }
})
