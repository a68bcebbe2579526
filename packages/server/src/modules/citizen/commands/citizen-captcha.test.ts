import { randomInt } from 'node:crypto'
import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  CAPTCHA_HEIGHT,
  CAPTCHA_LENGTH,
  CAPTCHA_LETTERS,
  CAPTCHA_WIDTH,
  captchaText,
  provesWork,
  WORK_BITS
} from '../domain/captcha.ts'
import { drawCaptcha } from './citizen-captcha.ts'

const chance = (): number => randomInt(0, 2 ** 32) / 2 ** 32
const COLUMNS = 14
const ROWS = 16

/** The cell of each letter as few grey values: without the grain, and where the drawer puts letters. */
async function cellsOf(text: string): Promise<Uint8Array[]> {
  const png = await drawCaptcha(text)
  return Promise.all(
    [...text].map((_, i) =>
      sharp(png)
        .extract({ left: Math.min(CAPTCHA_WIDTH - 76, Math.max(0, 8 + 57 * i)), top: 0, width: 76, height: CAPTCHA_HEIGHT })
        .median(3)
        .resize(COLUMNS, ROWS, { fit: 'fill' })
        .raw()
        .toBuffer()
    )
  )
}
const away = (a: Uint8Array, b: Uint8Array): number => a.reduce((sum, v, i) => sum + (v - (b[i] ?? 0)) ** 2, 0)

describe('the picture', () => {
  const known: { letter: string; cell: Uint8Array }[] = []
  beforeAll(async () => {
    for (const letter of CAPTCHA_LETTERS)
      for (let n = 0; n < 6; n++) for (const cell of await cellsOf(letter.repeat(CAPTCHA_LENGTH))) known.push({ letter, cell })
  }, 120_000)

  test('is another one each time, small enough for a slow line', async () => {
    const [one, two] = [await drawCaptcha('ACEFH'), await drawCaptcha('ACEFH')]
    expect(one.equals(two)).toBe(false)
    expect(one.length).toBeLessThan(30_000)
    expect(await sharp(one).metadata()).toMatchObject({ format: 'png', width: CAPTCHA_WIDTH, height: CAPTCHA_HEIGHT })
  })

  test('is not read by comparing letters with letters, even when it is known where they stand', {
    timeout: 120_000
  }, async () => {
    let whole = 0
    const tries = 60
    for (let n = 0; n < tries; n++) {
      const text = captchaText(chance)
      const read = (await cellsOf(text)).map((cell) => {
        let best = { letter: '?', is: Number.POSITIVE_INFINITY }
        for (const k of known) {
          const is = away(k.cell, cell)
          if (is < best.is) best = { letter: k.letter, is }
        }
        return best.letter
      })
      if (read.join('') === text) whole += 1
    }
    expect(whole).toBeLessThanOrEqual(tries * 0.1)
  })
})

test('the work in place of reading is proved by the first bits of the key', () => {
  expect(WORK_BITS).toBe(7)
  expect(provesWork(Uint8Array.of(0b0000_0001, 0xff))).toBe(true)
  expect(provesWork(Uint8Array.of(0b0000_0010, 0))).toBe(false)
  expect(provesWork(Uint8Array.of())).toBe(false)
})
