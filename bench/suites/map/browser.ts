/** Frames of the console's map while somebody pans and zooms with the components on, in headless Chromium without a graphics card. */
import { type CDPSession, chromium, type Page } from '@playwright/test'
import type { Bench } from '../../lib/bed.ts'
import type { Product, Session } from '../../lib/product.ts'
import { type BenchRow, median, quantile, round, sleep } from '../../lib/stats.ts'
import { bareMap } from '../frames/bare.ts'
import { COUNT, figuresOf, filmed as filmedWhile } from '../frames/film.ts'
import { LAYER, plain } from './wanted.ts'

const SIZE = { width: 1280, height: 800 }
const [MIDDLE_X, MIDDLE_Y] = [720, 420]
/** As the journeys of e2e run it. */
const ARGS = ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--no-first-run']
/** Where the map is looked at: cells of the city, cells of a district, single objects. */
const ZOOMS = [11, 13.5, 16] as const

/** Frames of one view: the times between two of them, ms, and pictures the map really drew a second; in between the last one is moved. */
interface Filmed {
  zoom: number
  gaps: number[]
  pictures: number
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
    await context.addInitScript(COUNT)
    const page = await context.newPage()
    const filmed: Filmed[] = []
    for (const zoom of ZOOMS) {
      await page.goto(`${product.url}/map?l=${LAYER}&c=${centre.lng},${centre.lat},${zoom}`)
      await page.locator('.maplibregl-canvas').first().waitFor()
      // Tiles, symbols and fonts are there before anybody moves.
      await page.waitForLoadState('networkidle')
      await sleep(3000)
      const { gaps, pictures } = await film(page)
      filmed.push({ zoom, gaps, pictures })
      bench.say(
        `  map at zoom ${zoom}: ${gaps.length} frames, median ${round(1000 / median(gaps), 0)}/s, p95 ${round(quantile(gaps, 0.95), 0)} ms, longest ${round(Math.max(...gaps), 0)} ms, ${round(pictures, 1)} pictures/s`
      )
    }
    const empty = await nothing(page)
    const all = filmed.flatMap((f) => f.gaps)
    const slowest = Math.min(...filmed.map((f) => 1000 / median(f.gaps)))
    const longest = Math.max(...all)
    const perView = filmed
      .map(
        (f) =>
          `zoom ${f.zoom}: ${round(1000 / median(f.gaps), 0)}/s, longest ${round(Math.max(...f.gaps), 0)} ms, ${round(f.pictures, 1)} pictures/s`
      )
      .join('; ')
    return [
      {
        ...plain(
          'browser: frames while panning and zooming, median of the slowest view',
          '/s',
          slowest,
          '≥ 30/s',
          slowest >= 30,
          `${perView}; MapLibre with nothing to draw: ${round(empty.pictures, 1)} pictures/s, longest ${round(empty.longest, 0)} ms`
        ),
        limit: empty.rate,
        ratio: slowest / empty.rate
      },
      {
        ...plain(
          'browser: longest frame',
          'ms',
          longest,
          '≤ 500 ms',
          longest <= 500,
          `of ${all.length} frames; p95 ${round(quantile(all, 0.95), 0)} ms; ${SIZE.width} × ${SIZE.height}, software rendering`
        ),
        limit: empty.longest,
        ratio: longest / empty.longest
      }
    ]
  } finally {
    await browser.close()
  }
}

/** MapLibre without a layer, moved in the same way: what the browser itself can do here. */
async function nothing(page: Page): Promise<ReturnType<typeof figuresOf>> {
  const site = await bareMap(0, 10_000)
  try {
    await page.goto(site.url)
    await page.waitForFunction("document.title === 'ready'")
    await sleep(1000)
    return await film(page)
  } finally {
    site.close()
  }
}

/** Pans to all sides and zooms in and out, by the mouse; answers what was seen meanwhile. */
async function film(page: Page): Promise<ReturnType<typeof figuresOf> & { gaps: number[] }> {
  const mouse = await page.context().newCDPSession(page)
  const film = await filmedWhile(page, async () => {
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
  })
  await mouse.detach()
  return { ...figuresOf(film), gaps: film.gaps }
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
