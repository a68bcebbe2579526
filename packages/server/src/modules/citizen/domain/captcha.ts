/** Size of the picture in pixels; it is shown at half of it, sharp on any telephone. */
export const CAPTCHA_WIDTH = 320
export const CAPTCHA_HEIGHT = 112
/** Characters that nobody takes for another one, also not when they are turned. */
export const CAPTCHA_LETTERS = 'ACEFHJKLNPRTUXY34679'
export const CAPTCHA_LENGTH = 5

/** A number from 0 up to but not including 1; never one that can be foretold, or the picture could be drawn again and compared. */
export type Chance = () => number
const between = (chance: Chance, low: number, high: number): number => low + chance() * (high - low)

/** `count` characters of {@link CAPTCHA_LETTERS}. */
export const captchaText = (chance: Chance): string =>
  Array.from({ length: CAPTCHA_LENGTH }, () => CAPTCHA_LETTERS[Math.floor(chance() * CAPTCHA_LETTERS.length)]).join('')

/** A letter as SVG outlines, y upwards, in thousandths of the font's size. */
export interface LetterOutline {
  svg: string
  width: number
}
const FONT_SIZE = 80
/** Half the height of a capital letter, in thousandths. */
const HALF_CAPITAL = 366
const INK = '#4a4a4a'
const GROUND = '#f4f4f4'

/**
 * The scene before it is bent: every letter turned, leaned, stretched and pushed into its neighbour, with strokes of the same ink and of the
 * ground across all of them, so that letters can be parted neither by colour nor by gaps.
 */
export function captchaScene(outlines: readonly LetterOutline[], chance: Chance): string {
  const first = 46
  const step = (CAPTCHA_WIDTH - 2 * first) / (outlines.length - 1)
  const letters = outlines.map(({ svg, width }, i) => {
    const x = (first + step * i + between(chance, -6, 6)).toFixed(1)
    const y = (CAPTCHA_HEIGHT / 2 + between(chance, -8, 8)).toFixed(1)
    const turn = between(chance, -20, 20).toFixed(1)
    const lean = between(chance, -14, 14).toFixed(1)
    const [wide, high] = [between(chance, 1, 1.3), between(chance, 0.9, 1.15)].map((by) => ((by * FONT_SIZE) / 1000).toFixed(4))
    const place = `translate(${x} ${y}) rotate(${turn}) skewX(${lean}) scale(${wide} -${high}) translate(${-width / 2} -${HALF_CAPITAL})`
    return `<g transform="${place}" fill="${INK}">${svg}</g>`
  })
  const stroke = (ink: string, width: number): string => {
    const at = () => between(chance, 20, CAPTCHA_HEIGHT - 20).toFixed(0)
    const [a, b] = [between(chance, 70, 130).toFixed(0), between(chance, 190, 250).toFixed(0)]
    const line = `M-6 ${at()}C${a} ${at()} ${b} ${at()} ${CAPTCHA_WIDTH + 6} ${at()}`
    return `<path d="${line}" stroke="${ink}" stroke-width="${width}" fill="none"/>`
  }
  const strokes = stroke(INK, 4) + stroke(GROUND, 4) + stroke(GROUND, 3)
  const size = `width="${CAPTCHA_WIDTH}" height="${CAPTCHA_HEIGHT}"`
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}><rect ${size} fill="${GROUND}"/>${letters.join('')}${strokes}</svg>`
}

/** The same picture, bent by waves both ways and with grain over it. @param grey one byte a pixel, {@link CAPTCHA_WIDTH} by {@link CAPTCHA_HEIGHT} */
export function bend(grey: Uint8Array, chance: Chance): Uint8Array {
  const wave = (low: number, high: number, short: number, long: number) => {
    const [height, phase] = [between(chance, low, high), between(chance, 0, 2 * Math.PI)]
    const turns = (2 * Math.PI) / between(chance, short, long)
    return (v: number): number => height * Math.sin(v * turns + phase)
  }
  const [down, downToo, aside, asideToo] = [wave(4, 7, 90, 150), wave(1, 2, 40, 60), wave(3, 5, 60, 100), wave(2, 4, 70, 160)]
  const at = (x: number, y: number): number =>
    x < 0 || y < 0 || x >= CAPTCHA_WIDTH || y >= CAPTCHA_HEIGHT ? 0xf4 : (grey[y * CAPTCHA_WIDTH + x] ?? 0xf4)
  const out = new Uint8Array(grey.length)
  for (let y = 0; y < CAPTCHA_HEIGHT; y++) {
    for (let x = 0; x < CAPTCHA_WIDTH; x++) {
      const [sx, sy] = [x + aside(y) + asideToo(x), y + down(x) + downToo(x + y)]
      const [ix, iy] = [Math.floor(sx), Math.floor(sy)]
      const [fx, fy] = [sx - ix, sy - iy]
      const top = at(ix, iy) * (1 - fx) + at(ix + 1, iy) * fx
      const bottom = at(ix, iy + 1) * (1 - fx) + at(ix + 1, iy + 1) * fx
      const grain = chance() < 0.04 ? between(chance, -110, 40) : between(chance, -22, 14)
      // Steps of eight keep the file small; the eye does not see them.
      out[y * CAPTCHA_WIDTH + x] = Math.max(0, Math.min(255, Math.round((top * (1 - fy) + bottom * fy + grain) / 8) * 8))
    }
  }
  return out
}

/** How many derivations a device makes on average in place of reading: 2 to the power of it. */
export const WORK_BITS = 7
/** Rounds of PBKDF2 with SHA-256 in each derivation: browsers run it as fast as anybody, so that nobody has a head start. */
export const WORK_ROUNDS = 60_000

/** Whether a derived key is the proof that the work was done: its first {@link WORK_BITS} bits are zero. */
export const provesWork = (key: Uint8Array): boolean => (((key[0] ?? 255) << 8) | (key[1] ?? 255)) >> (16 - WORK_BITS) === 0
