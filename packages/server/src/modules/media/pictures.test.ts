import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cameraFacts } from './exif.ts'
import { outlineOf, UNITS_PER_EM } from './glyphs.ts'
import { inspectPicture, shownCopyOf } from './pictures.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chengyun-pictures-'))
})
afterAll(() => rm(folder, { recursive: true }))

const grey = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: '#777' } })

/** Words of case files, districts of the demo city, and names with rarer characters. */
const WORDS =
  '案件近景远景参照处置前后核实核查录音视频附件市南北黄岛崂山李沧城阳即墨胶州平度莱西街道社区网格采集员井盖破损暴露垃圾违法建设张伟王芳刘洋陈杰赵磊鑫淼垚犇骉翀龑旻昶瑄璟祎'

test('every character has an outline of its own', async () => {
  const chars = [...new Set(`${WORDS}0123456789-:,.（）、ABCXYZabcxyz`)]
  const missing = (await outlineOf('\u{10ffff}')).svg
  const seen = new Map<string, string>()
  for (const char of chars) {
    const { svg, width } = await outlineOf(char)
    expect(svg, char).not.toBe(missing)
    expect(svg.length, char).toBeGreaterThan(30)
    expect(seen.get(svg), char).toBeUndefined()
    seen.set(svg, char)
    if (/\p{Script=Han}/u.test(char)) expect(width).toBe(UNITS_PER_EM)
  }
})

test('a long line is cut with an ellipsis and never wider than it may be', async () => {
  const whole = await outlineOf('青岛市市南区香港中路')
  expect(whole.width).toBe(10 * UNITS_PER_EM)
  const cut = await outlineOf('青岛市市南区香港中路', 5500)
  expect(cut.width).toBeLessThanOrEqual(5500)
  expect(cut.svg.startsWith((await outlineOf('青岛市市')).svg)).toBe(true)
  expect((await outlineOf('')).width).toBe(0)
})

test('the shown copy differs from the picture only in the band at its foot', async () => {
  const copy = await shownCopyOf(await grey(2000, 1000).png().toBuffer(), [
    '3702022026030500001  近景',
    '2026-03-05 14:22:31  市南区',
    '张伟'
  ])
  const { data, info } = await sharp(copy).greyscale().raw().toBuffer({ resolveWithObject: true })
  expect([info.width, info.height]).toEqual([1280, 640])
  const band = data.subarray(Math.floor(info.height * 0.75) * info.width)
  const clear = data.subarray(0, Math.floor(info.height * 0.7) * info.width)
  expect(band.some((pixel) => pixel > 240)).toBe(true)
  expect(clear.every((pixel) => Math.abs(pixel - 0x77) < 6)).toBe(true)
})

test('small and narrow pictures, transparency and turned cameras', async () => {
  for (const [width, height] of [
    [1, 1],
    [20, 2000],
    [3000, 30]
  ] as const)
    await shownCopyOf(await grey(width, height).png().toBuffer(), ['近景', '张伟'])
  await shownCopyOf(
    await sharp({ create: { width: 50, height: 50, channels: 4, background: '#0000' } })
      .png()
      .toBuffer(),
    ['近景']
  )
  const turned = join(folder, 'turned.jpg')
  await grey(400, 300).withMetadata({ orientation: 6 }).jpeg().toFile(turned)
  const { width, height, thumbnail } = await inspectPicture(turned)
  expect([width, height]).toEqual([300, 400])
  expect(await sharp(thumbnail).metadata()).toMatchObject({ width: 240, height: 320 })
})

test('what cannot be decoded to its end is no picture', async () => {
  const noise = sharp({
    create: { width: 800, height: 600, channels: 3, background: '#777', noise: { type: 'gaussian', mean: 128, sigma: 30 } }
  })
  for (const format of ['jpeg', 'png', 'webp'] as const) {
    const bytes = await noise.clone().toFormat(format).toBuffer()
    const path = join(folder, `whole.${format}`)
    await writeFile(path, bytes)
    await inspectPicture(path)
    await writeFile(path, bytes.subarray(0, bytes.length * 0.9))
    await expect(inspectPicture(path), format).rejects.toMatchObject({ code: 'MEDIA_NOT_AN_IMAGE' })
  }
})

test('camera time: its own offset, else the zone; nonsense and a missing fix are nothing', async () => {
  const path = join(folder, 'exif.jpg')
  const facts = async (exif: object) => {
    await grey(10, 10).withExif(exif).jpeg().toFile(path)
    return cameraFacts(path, 'Asia/Shanghai')
  }
  expect((await facts({ IFD2: { DateTimeOriginal: '2026:03:05 14:22:31' } })).takenAt?.toISOString()).toBe(
    '2026-03-05T06:22:31.000Z'
  )
  expect(
    (await facts({ IFD2: { DateTimeOriginal: '2026:03:05 14:22:31', OffsetTimeOriginal: '-05:00' } })).takenAt?.toISOString()
  ).toBe('2026-03-05T19:22:31.000Z')
  expect(await facts({ IFD2: { DateTimeOriginal: '0000:00:00 00:00:00' } })).toEqual({ takenAt: null, place: null })
  const zero = { GPSLatitudeRef: 'N', GPSLatitude: '0/1 0/1 0/1', GPSLongitudeRef: 'E', GPSLongitude: '0/1 0/1 0/1' }
  expect((await facts({ IFD3: zero })).place).toBeNull()
  expect(await cameraFacts('/nowhere', 'Asia/Shanghai')).toEqual({ takenAt: null, place: null })
})
