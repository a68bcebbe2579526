import { expect, test } from 'vitest'
import { doubtsAbout, isInFuture } from './doubts.ts'
import { pairPictures } from './pair.ts'
import { parseRange } from './range.ts'
import { fileType, withoutPicture } from './types.ts'
import { instantOfWall, wallTime } from './wall.ts'
import { watermarkLines } from './watermark.ts'

const at = new Date('2026-03-05T06:22:31Z')
const later = (minutes: number) => new Date(at.getTime() + minutes * 60_000)

test('types: by what the bytes show, parameters aside', () => {
  expect(fileType('image/jpeg')).toEqual({ kind: 'image', mime: 'image/jpeg', extension: 'jpg' })
  expect(fileType('audio/ogg; codecs=opus')?.kind).toBe('audio')
  expect(fileType('audio/vnd.wave')).toEqual({ kind: 'audio', mime: 'audio/wav', extension: 'wav' })
  for (const no of [undefined, '', 'application/zip', 'image/svg+xml', 'image/gif', 'constructor', 'text/html'])
    expect(fileType(no)).toBeNull()
})

test('types: speech in the container of a film is sound; a film stays a film', () => {
  const webm = 'webm\x16T\xaek\xae\x86'
  expect(withoutPicture('video/webm', `${webm}A_OPUS`)).toBe('audio/webm')
  expect(withoutPicture('video/webm', `${webm}V_VP9…A_OPUS`)).toBe('video/webm')
  expect(withoutPicture('video/webm', webm)).toBe('video/webm')
  const hdlr = (handler: string) => `\0\0\0-hdlr\0\0\0\0\0\0\0\0${handler}`
  expect(withoutPicture('video/mp4', `ftypisom${hdlr('soun')}`)).toBe('audio/mp4')
  expect(withoutPicture('video/mp4', `ftypisom${hdlr('soun')}${hdlr('vide')}`)).toBe('video/mp4')
  expect(withoutPicture('image/jpeg', `${hdlr('soun')}`)).toBe('image/jpeg')
  expect(withoutPicture(undefined, 'A_OPUS')).toBeUndefined()
  expect(fileType('audio/webm')?.kind).toBe('audio')
})

test('doubts are facts: gaps beyond the limit, a clock ahead, no hash at capture', () => {
  const sound = { capturedAt: at, exifAt: at, uploadedAt: later(60), placeGapM: 12, hashedAtCapture: true }
  expect(doubtsAbout(sound, 200)).toEqual([])
  expect(doubtsAbout({ ...sound, placeGapM: 201 }, 200)).toEqual(['placeFar'])
  expect(doubtsAbout({ ...sound, exifAt: later(-11) }, 200)).toEqual(['timeFar'])
  expect(doubtsAbout({ ...sound, exifAt: later(71), capturedAt: null }, 200)).toEqual(['takenInFuture'])
  expect(doubtsAbout({ capturedAt: null, exifAt: null, uploadedAt: at, placeGapM: null, hashedAtCapture: false }, 200)).toEqual([
    'notHashedAtCapture'
  ])
  expect(isInFuture(later(5), at)).toBe(false)
  expect(isInFuture(later(5.1), at)).toBe(true)
})

test('pictures after handling find the picture before it at the same place', () => {
  const metres = (a: readonly [number, number], b: readonly [number, number]) => Math.abs(a[0] - b[0])
  const picture = (id: string, phase: 'near' | 'before' | 'after' | 'far', x: number | null) => ({
    id,
    phase,
    place: x === null ? null : ([x, 0] as const)
  })
  expect(
    pairPictures(
      [picture('n1', 'near', 0), picture('n2', 'near', 100), picture('a1', 'after', 99), picture('a2', 'after', 50)],
      metres,
      30
    )
  ).toEqual([
    { before: 'n2', after: 'a1', distanceM: 1, samePlace: true },
    { before: 'n1', after: 'a2', distanceM: 50, samePlace: false }
  ])
  expect(pairPictures([picture('n', 'near', 0), picture('b', 'before', null), picture('a', 'after', 0)], metres, 30)).toEqual([
    { before: 'b', after: 'a', distanceM: null, samePlace: null }
  ])
  expect(pairPictures([picture('n', 'near', 0)], metres, 30)).toEqual([])
})

test('ranges of RFC 9110', () => {
  expect(parseRange(undefined, 100)).toBeNull()
  expect(parseRange('bytes=0-0', 100)).toEqual({ start: 0, end: 0 })
  expect(parseRange('bytes=90-', 100)).toEqual({ start: 90, end: 99 })
  expect(parseRange('bytes=90-500', 100)).toEqual({ start: 90, end: 99 })
  expect(parseRange('bytes=-10', 100)).toEqual({ start: 90, end: 99 })
  expect(parseRange('bytes=-500', 100)).toEqual({ start: 0, end: 99 })
  for (const none of ['bytes=100-', 'bytes=-0', 'bytes=100-200']) expect(parseRange(none, 100)).toBe('invalid')
  for (const whole of ['bytes=', 'bytes=-', 'bytes=5-2', 'bytes=0-1,5-6', 'lines=1-2', 'x'])
    expect(parseRange(whole, 100)).toBeNull()
})

test('wall clocks: with and without summer time', () => {
  expect(instantOfWall([2026, 3, 5, 14, 22, 31], 'Asia/Shanghai')).toEqual(at)
  expect(wallTime(at, 'Asia/Shanghai')).toEqual([2026, 3, 5, 14, 22, 31])
  expect(instantOfWall([2026, 3, 8, 3, 30, 0], 'America/New_York').toISOString()).toBe('2026-03-08T07:30:00.000Z')
  expect(instantOfWall([2026, 3, 8, 1, 30, 0], 'America/New_York').toISOString()).toBe('2026-03-08T06:30:00.000Z')
  expect(instantOfWall([2026, 11, 1, 12, 0, 0], 'America/New_York').toISOString()).toBe('2026-11-01T17:00:00.000Z')
})

test('the watermark says case, time, place and person, in the city’s time', () => {
  const facts = {
    label: '3702022026030500001',
    phase: 'near' as const,
    at,
    address: '市南区香港中路',
    place: [120.38, 36.07] as const,
    person: '张伟'
  }
  expect(watermarkLines(facts, 'Asia/Shanghai')).toEqual([
    '3702022026030500001  近景',
    '2026-03-05 14:22:31  市南区香港中路',
    '张伟'
  ])
  expect(watermarkLines({ ...facts, label: null, address: null, person: 'a\nb' }, 'Asia/Shanghai')).toEqual([
    '近景',
    '2026-03-05 14:22:31  120.380000, 36.070000',
    'a b'
  ])
})
