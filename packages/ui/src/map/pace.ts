/** A frame that is drawn in this time, ms, is smooth enough: every one is then drawn anew. */
const SMOOTH_MS = 34
/** So much longer than it took to draw a picture it may be moved about before the next is drawn. */
const REST = 2.5
/** Where much bare ground has come into view the picture is replaced sooner. */
const REST_BARE = 1
/** Bare ground, as a share of the view, that counts as much; and that nobody should look at. */
const [BARE, TOO_BARE] = [0.1, 0.6]
/** No picture stays longer than this, ms, however long it took. */
const LONGEST_REST_MS = 600
/** A picture that is not finished after this time, ms, has been lost. */
const LOST_MS = 2000

/** Tells from how long pictures take whether the next frame may show the last picture moved instead of a new one. Times in ms. */
export class Pace {
  #paintedAt = 0
  #doneAt: number | null = 0
  #cost = 0
  #from = 0

  /** A movement begins: the picture at hand is good enough to begin with. */
  begin(now: number): void {
    this.#from = now
  }

  /** A new picture has been ordered. */
  painted(now: number): void {
    this.#paintedAt = now
    this.#doneAt = null
  }

  /** The last picture ordered is on the screen. */
  done(now: number): void {
    if (this.#doneAt !== null) return
    this.#doneAt = now
    this.#cost = now - this.#paintedAt
  }

  get waiting(): boolean {
    return this.#doneAt === null
  }

  /** Whether the last picture took longer than is smooth. */
  get slow(): boolean {
    return this.#cost > SMOOTH_MS
  }

  /** Whether the last picture may be shown moved; `bare` is the share of the view it does not cover. */
  mayRest(now: number, bare: number): boolean {
    if (bare > TOO_BARE) return false
    if (this.#doneAt === null) return now - this.#paintedAt < LOST_MS
    if (!this.slow) return false
    const rest = this.#cost * (bare > BARE ? REST_BARE : REST)
    return now - Math.max(this.#doneAt, this.#from) < Math.min(LONGEST_REST_MS, rest)
  }
}

type Corner = Readonly<{ x: number; y: number }>

/** Takes the rectangle `width` × `height` to where its corners are now: upper left, upper right, lower left; as CSS says it. */
export function matrixOf(corners: readonly [Corner, Corner, Corner], width: number, height: number): string {
  const [a, b, c] = corners
  const parts = [(b.x - a.x) / width, (b.y - a.y) / width, (c.x - a.x) / height, (c.y - a.y) / height, a.x, a.y]
  return `matrix(${parts.map((v) => Number(v.toFixed(6))).join(',')})`
}

/** The share of a view that a picture with these corners leaves bare; a turned picture is taken for its box. */
export function bareOf(corners: readonly [Corner, Corner, Corner], width: number, height: number): number {
  const [a, b, c] = corners
  const d = { x: b.x + c.x - a.x, y: b.y + c.y - a.y }
  const seen = (side: 'x' | 'y', size: number) => {
    const all = [a[side], b[side], c[side], d[side]]
    return Math.max(0, Math.min(size, Math.max(...all)) - Math.max(0, Math.min(...all)))
  }
  return 1 - (seen('x', width) * seen('y', height)) / (width * height)
}
