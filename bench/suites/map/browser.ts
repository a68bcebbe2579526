/** Frames of the console's map while somebody pans and zooms with the components on, in headless Chromium without a graphics card. */
import { type CDPSession, chromium, type Page } from '@playwright/test'
import type { Bench } from '../../lib/bed.ts'
import type { Product, Session } from '../../lib/product.ts'
import { type BenchRow, median, quantile, round, sleep } from '../../lib/stats.ts'
import { LAYER, plain } from './wanted.ts'

const SIZE = { width: 1280, height: 800 }
const [MIDDLE_X, MIDDLE_Y] = [720, 420]
/** As the journeys of e2e run it. */
const ARGS = ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--no-first-run']
/** Where the map is looked at: cells of the city, cells of a district, single objects. */
const ZOOMS = [11, 13.5, 16] as const

/** Run in the page: begins to note when each frame was drawn, ends it and answers the times. */
const START = `globalThis.film = []
  globalThis.frame = (at) => { film.push(at); if (frame) requestAnimationFrame(frame) }
  requestAnimationFrame(frame)`
const STOP = 'globalThis.frame = null; film'

/** Frames of one view: the times between two of them, ms. */
interface Filmed {
  zoom: number
  gaps: number[]
}

export async function frames(
  bench: Bench,
  product: Product,
  session: Session,
  centre: { lng: number; lat: number }
): Promise<BenchRow[]> {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH || '/usr/bin/chromium', args: ARGS })
  try {
    const context = await browser.newContext({ viewport: SIZE, locale: 'zh-CN' })
    const [name, value] = session.cookie.split('=') as [string, string]
    await context.addCookies([{ name, value, url: product.url }])
    const page = await context.newPage()
    const filmed: Filmed[] = []
    for (const zoom of ZOOMS) {
      await page.goto(`${product.url}/map?l=${LAYER}&c=${centre.lng},${centre.lat},${zoom}`)
      await page.locator('.maplibregl-canvas').first().waitFor()
      // Tiles, symbols and fonts are there before anybody moves.
      await page.waitForLoadState('networkidle')
      await sleep(3000)
      const gaps = await film(page)
      filmed.push({ zoom, gaps })
      bench.say(
        `  map at zoom ${zoom}: ${gaps.length} frames, median ${round(1000 / median(gaps), 0)}/s, p95 ${round(quantile(gaps, 0.95), 0)} ms, longest ${round(Math.max(...gaps), 0)} ms`
      )
    }
    const all = filmed.flatMap((f) => f.gaps)
    const slowest = Math.min(...filmed.map((f) => 1000 / median(f.gaps)))
    const longest = Math.max(...all)
    const perView = filmed
      .map((f) => `zoom ${f.zoom}: ${round(1000 / median(f.gaps), 0)}/s, longest ${round(Math.max(...f.gaps), 0)} ms`)
      .join('; ')
    return [
      plain(
        'browser: frames while panning and zooming, median of the slowest view',
        '/s',
        slowest,
        '≥ 30/s',
        slowest >= 30,
        perView
      ),
      plain(
        'browser: longest frame',
        'ms',
        longest,
        '≤ 500 ms',
        longest <= 500,
        `of ${all.length} frames; p95 ${round(quantile(all, 0.95), 0)} ms; ${SIZE.width} × ${SIZE.height}, software rendering`
      )
    ]
  } finally {
    await browser.close()
  }
}

/** Pans to all sides and zooms in and out, by the mouse; answers the times between the frames meanwhile. */
async function film(page: Page): Promise<number[]> {
  await page.evaluate(START)
  const mouse = await page.context().newCDPSession(page)
  for (const [dx, dy] of [
    [-320, -120],
    [320, 120],
    [260, -200],
    [-260, 200]
  ] as const)
    await drag(mouse, dx, dy)
  for (const deltaY of [-120, -120, -120, -120, 120, 120, 120, 120, 120, 120, -120, -120]) {
    await mouse.send('Input.dispatchMouseEvent', { type: 'mouseWheel', x: MIDDLE_X, y: MIDDLE_Y, deltaX: 0, deltaY })
    await sleep(250)
  }
  await mouse.detach()
  const at = await page.evaluate<number[]>(STOP)
  return at.slice(1).map((t, i) => t - at[i]!)
}

/** One sweep of a second and a half, as fast as a mouse tells its place. */
async function drag(mouse: CDPSession, dx: number, dy: number): Promise<void> {
  const tell = (type: 'mousePressed' | 'mouseMoved' | 'mouseReleased', x: number, y: number): Promise<unknown> =>
    mouse.send('Input.dispatchMouseEvent', {
      type,
      x,
      y,
      button: 'left',
      buttons: type === 'mouseReleased' ? 0 : 1,
      clickCount: 1
    })
  await tell('mousePressed', MIDDLE_X, MIDDLE_Y)
  const began = performance.now()
  for (let done = 0; done < 1; ) {
    await sleep(8)
    done = Math.min(1, (performance.now() - began) / 1500)
    await tell('mouseMoved', MIDDLE_X + dx * done, MIDDLE_Y + dy * done)
  }
  await tell('mouseReleased', MIDDLE_X + dx, MIDDLE_Y + dy)
  await sleep(400)
}
