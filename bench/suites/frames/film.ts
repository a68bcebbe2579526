/** What a page shows meanwhile: its frames, the pictures its map really draws, and when it was told what. Run in the page as text. */
import type { Page } from '@playwright/test'
import { median, quantile } from '../../lib/stats.ts'

/** Before the page's own program: notes when a WebGL picture is begun and which values the data of a map brought. */
export const COUNT = `(() => {
  const w = globalThis
  w.paints = []
  w.told = {}
  const gl = WebGL2RenderingContext.prototype
  for (const name of ['drawElements', 'drawArrays']) {
    const draw = gl[name]
    gl[name] = function (...args) {
      // All draws of one task are one picture.
      if (!w.painting) { w.painting = true; w.paints.push(Date.now()); queueMicrotask(() => { w.painting = false }) }
      return draw.apply(this, args)
    }
  }
  const fetched = w.fetch
  w.fetch = async (...args) => {
    const res = await fetched(...args)
    if (String(args[0]?.url ?? args[0]).includes('/widgets/'))
      void res.clone().json().then((d) => {
        if (d.type !== 'map') return
        const now = Date.now()
        for (const v of new Set(d.layers.flatMap((l) => l.values))) if (v !== null) w.told[v] ??= now
      }).catch(() => undefined)
    return res
  }
})()`

const START = `globalThis.film = []
  globalThis.paints.length = 0
  {
    const mine = film
    const frame = (at) => { if (mine === globalThis.film) { mine.push(at); requestAnimationFrame(frame) } }
    requestAnimationFrame(frame)
  }`
const STOP = `(() => {
    const seen = globalThis.film
    globalThis.film = null
    return { film: seen, paints: [...globalThis.paints], told: { ...globalThis.told } }
  })()`

/** What was filmed: times between frames, ms; instants of real pictures; when each value was first told, epoch ms. */
export interface Film {
  gaps: number[]
  paints: number[]
  told: Record<string, number>
  seconds: number
}

/** Films a page while something happens to it. */
export async function filmed(page: Page, happens: () => Promise<unknown>): Promise<Film> {
  await page.evaluate(START)
  const began = performance.now()
  await happens()
  const { film, paints, told } = await page.evaluate<{ film: number[]; paints: number[]; told: Record<string, number> }>(STOP)
  return { gaps: film.slice(1).map((t, i) => t - film[i]!), paints, told, seconds: (performance.now() - began) / 1000 }
}

/** Frames a second, p95 and longest gap, real pictures a second. */
export function figuresOf({ gaps, paints, seconds }: Film) {
  return {
    rate: 1000 / median(gaps),
    p95: quantile(gaps, 0.95),
    longest: Math.max(...gaps),
    pictures: paints.length / seconds
  }
}

/** Drags the map to and fro under the mouse for so long, ms. */
export async function panned(page: Page, ms: number, at: { x: number; y: number }): Promise<void> {
  for (const ends = performance.now() + ms; performance.now() < ends; ) {
    for (const [dx, dy] of [
      [-200, -80],
      [200, 80]
    ] as const) {
      await page.mouse.move(at.x, at.y)
      await page.mouse.down()
      await page.mouse.move(at.x + dx, at.y + dy, { steps: 60 })
      await page.mouse.up()
      await page.waitForTimeout(150)
    }
  }
}
