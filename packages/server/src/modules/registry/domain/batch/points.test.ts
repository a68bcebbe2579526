import { expect, test } from 'vitest'
import { COPY_END, COPY_HEAD } from './copy-rows.ts'
import { PointRows } from './points.ts'

test('points come in the order of their rows, wherever the stream was cut', () => {
  const rows = [
    { no: 5, classCode: '01001', lng: 120.1, lat: 36.2 },
    { no: 2, classCode: '', lng: -70.5, lat: -0.25 },
    { no: 7, classCode: '01001', lng: 120.3, lat: 36.4 }
  ]
  const bytes = Buffer.concat([
    COPY_HEAD,
    ...rows.map(({ no, classCode, lng, lat }) => {
      const b = Buffer.alloc(2 + 8 + 4 + classCode.length + 24)
      b.writeInt16BE(4, 0)
      b.writeInt32BE(4, 2)
      b.writeInt32BE(no, 6)
      b.writeInt32BE(classCode.length, 10)
      b.write(classCode, 14)
      b.writeInt32BE(8, 14 + classCode.length)
      b.writeDoubleBE(lng, 18 + classCode.length)
      b.writeInt32BE(8, 26 + classCode.length)
      b.writeDoubleBE(lat, 30 + classCode.length)
      return b
    }),
    COPY_END
  ])
  for (const size of [1, 3, 7, 40, bytes.length]) {
    const points = new PointRows(9)
    for (let at = 0; at < bytes.length; at += size) points.push(Buffer.from(bytes.subarray(at, at + size)))
    expect([...points]).toEqual([...rows].sort((a, b) => a.no - b.no))
  }
})
