import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Cut, crc212, FrameCutter, frameOf } from './hj212-frame.ts'
import { answerSegment, type Hj212Message, qualityOfFlag, readMessage } from './hj212-message.ts'
import { WallClock } from './wall-clock.ts'

const DUST =
  'QN=20260101080000001;ST=39;CN=2011;PW=123456;MN=370202YC0000001;Flag=4;CP=&&DataTime=20260101080000;a34004-Rtd=35.0,a34004-Flag=N;a34002-Rtd=78.0,a34002-Flag=M&&'
const SEGMENTS = [
  'QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&',
  DUST,
  'ST=31;CN=2051;PW=1;MN=A;Flag=5;CP=&&&&',
  'ST=31;CN=2051;PW=1;MN=A;Flag=5;CP=&&a##0000b=1&&'
]
const framesOf = (cuts: readonly Cut[]) => cuts.flatMap((c) => (c.kind === 'frame' ? [c.segment.toString()] : []))

/** Push the bytes cut at these places. */
function pushed(bytes: Buffer, cuts: readonly number[]): Cut[] {
  const cutter = new FrameCutter()
  const places = [...new Set(cuts.map((c) => c % (bytes.length + 1)))].sort((a, b) => a - b)
  const out: Cut[] = []
  let from = 0
  for (const to of [...places, bytes.length]) {
    out.push(...cutter.push(bytes.subarray(from, to)))
    from = to
  }
  return out
}

describe('frames of HJ 212', () => {
  test('the CRC of the standard example', () => {
    expect(crc212(Buffer.from(SEGMENTS[0]!))).toBe('1C80')
    expect(frameOf(SEGMENTS[0]!).toString()).toBe(`##0101${SEGMENTS[0]}1C80\r\n`)
  })

  test('however the network cuts them, the same frames come out', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...SEGMENTS), { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(4000), { maxLength: 40 }),
        (segments, cuts) => {
          const bytes = Buffer.concat(segments.map(frameOf))
          expect(framesOf(pushed(bytes, cuts))).toEqual(segments)
        }
      ),
      { numRuns: 500 }
    )
  })

  test('frames after noise, a wrong CRC or a wrong length are found, and what was broken is said', () => {
    const good = frameOf(DUST)
    const wrongCrc = Buffer.from(good)
    wrongCrc[50] = wrongCrc[50]! ^ 1
    const tooLong = Buffer.from(good)
    tooLong.write('9000', 2)
    const tooShort = Buffer.from(good)
    tooShort.write('0040', 2)
    for (const bad of [
      Buffer.from('hello\r\n'),
      wrongCrc,
      tooShort,
      Buffer.from('#'),
      Buffer.from('##12x4'),
      good.subarray(0, 60)
    ]) {
      fc.assert(
        fc.property(fc.array(fc.nat(600), { maxLength: 20 }), (cuts) => {
          const found = pushed(Buffer.concat([good, bad, good, good]), cuts)
          expect(framesOf(found)).toEqual([DUST, DUST, DUST])
          expect(found.some((c) => c.kind === 'broken')).toBe(true)
        }),
        { numRuns: 50 }
      )
    }
    expect(framesOf(pushed(Buffer.concat([good, tooLong, good]), []))).toEqual([DUST, DUST])
  })

  test('noise without end is not kept', () => {
    const cutter = new FrameCutter()
    for (let i = 0; i < 100; i++) cutter.push(Buffer.alloc(5000, 'x'))
    expect(cutter.waiting).toBe(0)
    cutter.push(Buffer.from('##9999'))
    for (let i = 0; i < 100; i++) cutter.push(Buffer.alloc(5000, 'y'))
    expect(cutter.waiting).toBeLessThan(10_020)
  })

  test('any bytes at all end in frames or faults, never in an error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.array(fc.nat(400), { maxLength: 8 }), (bytes, cuts) => {
        pushed(Buffer.from(bytes), cuts)
      })
    )
  })
})

describe('messages of HJ 212', () => {
  test('head, factors and flags', () => {
    const m = readMessage(DUST) as Hj212Message
    expect([m.mn, m.cn, m.wantsAnswer, m.version, m.packets]).toEqual(['370202YC0000001', '2011', false, 1, 1])
    expect(m.plain.get('DataTime')).toBe('20260101080000')
    expect(Object.fromEntries(m.fields.get('a34002')!)).toEqual({ Rtd: '78.0', Flag: 'M' })
    expect([qualityOfFlag('N'), qualityOfFlag('T'), qualityOfFlag(undefined), qualityOfFlag('?')]).toEqual([
      'good',
      'outOfRange',
      'good',
      'fault'
    ])
  })

  test('packets are numbered only where the flag says so', () => {
    const divided = DUST.replace('Flag=4;', 'Flag=7;PNUM=3;PNO=2;')
    expect(readMessage(divided)).toMatchObject({ packets: 3, packet: 2, wantsAnswer: true })
    expect(readMessage(divided.replace('PNO=2', 'PNO=4'))).toMatchObject({ fault: 'packets' })
  })

  test('the answer carries the number of the question and its version', () => {
    const m = readMessage(SEGMENTS[0]!) as Hj212Message
    expect(answerSegment(m, '9014')).toBe(
      'QN=20160801085857223;ST=91;CN=9014;PW=100000;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&'
    )
  })

  test('what is wrong is named', () => {
    expect(readMessage('ST=39;CN=2011')).toMatchObject({ fault: 'CP' })
    expect(readMessage(DUST.replace('MN=370202YC0000001', 'MN='))).toMatchObject({ fault: 'MN' })
    expect(readMessage(DUST.replace('CN=2011', 'CN=20x1'))).toMatchObject({ fault: 'CN' })
  })
})

test('the wall clock of the city, and of one that turns it twice a year', () => {
  const china = new WallClock('Asia/Shanghai')
  expect(new Date(china.parseStamp('20260101080000')).toISOString()).toBe('2026-01-01T00:00:00.000Z')
  expect(china.parseStamp('20260231080000')).toBeNaN()
  expect(china.stamp(Date.UTC(2026, 0, 1, 0, 0, 0, 7))).toBe('20260101080000007')
  const york = new WallClock('America/New_York')
  expect(new Date(york.parseStamp('20260701120000')).toISOString()).toBe('2026-07-01T16:00:00.000Z')
  expect(new Date(york.parseStamp('20261101003000')).toISOString()).toBe('2026-11-01T04:30:00.000Z')
  expect(new Date(york.parseStamp('20261101033000')).toISOString()).toBe('2026-11-01T08:30:00.000Z')
})
