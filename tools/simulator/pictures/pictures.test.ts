import exifr from 'exifr'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { MATTERS } from '../matters.ts'
import { photograph, type Shot, svgOf } from './index.ts'

const shot = (over: Partial<Shot> = {}): Shot => ({
  subject: 'stall',
  key: '120.38,36.06',
  phase: 'near',
  isSolved: false,
  takenAt: new Date('2026-09-04T02:03:04Z'),
  utcOffsetMin: 480,
  location: [120.381234, 36.061234],
  ...over
})

describe('the pictures', () => {
  it('are JPEGs of modest size for every subject, by day and by night', async () => {
    for (const subject of new Set(MATTERS.map((m) => m.subject))) {
      for (const takenAt of [new Date('2026-09-04T03:00:00Z'), new Date('2026-09-04T14:00:00Z')]) {
        const file = await photograph(shot({ subject, takenAt, phase: 'far' }))
        expect(file.length).toBeGreaterThan(6_000)
        expect(file.length).toBeLessThan(60_000)
        expect(await sharp(file).metadata()).toMatchObject({ format: 'jpeg', width: 800, height: 600 })
      }
    }
  })

  it('carry time and place as a camera writes them', async () => {
    const tags = await exifr.parse(await photograph(shot()), { gps: true, reviveValues: false })
    expect(tags).toMatchObject({ DateTimeOriginal: '2026:09:04 10:03:04', OffsetTimeOriginal: '+08:00' })
    expect(tags.longitude).toBeCloseTo(120.381234, 5)
    expect(tags.latitude).toBeCloseTo(36.061234, 5)
    const west = await exifr.parse(await photograph(shot({ location: [-73.98, -33.4], utcOffsetMin: -210 })), {
      gps: true,
      reviveValues: false
    })
    expect(west).toMatchObject({ OffsetTimeOriginal: '-03:30' })
    expect([west.longitude, west.latitude].map((v) => Math.round(v * 100))).toEqual([-7398, -3340])
  })

  it('show one street before and after, and another street elsewhere', () => {
    const street = (svg: string): string => svg.slice(svg.indexOf('</defs>'), svg.indexOf('</defs>') + 4000)
    const [before, after, elsewhere] = [
      svgOf(shot()),
      svgOf(shot({ phase: 'after', isSolved: true })),
      svgOf(shot({ key: '120.4,36.1' }))
    ]
    expect(street(after)).toBe(street(before))
    expect(street(elsewhere)).not.toBe(street(before))
    expect(after.length).toBeLessThan(before.length)
    expect(svgOf(shot())).toBe(before)
  })
})
