/** Ten thousand live markers on the map of an installed pack, in headless Chromium without a graphics card, beside MapLibre alone. */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Browser, chromium } from '@playwright/test'
import { scaffoldPack } from '../../packages/scenario-kit/src/packs/index.ts'
import type { Bench } from '../lib/bed.ts'
import { scratch } from '../lib/machine.ts'
import { type Product, type Session, startProduct } from '../lib/product.ts'
import { type BenchRow, quantile, round, sleep } from '../lib/stats.ts'
import { bareMap } from './frames/bare.ts'
import { COUNT, type Film, figuresOf, filmed, panned } from './frames/film.ts'

const MARKERS = 10_000
/** Every marker says something new in this time, ms, as the stations of a city do. */
const EVERY_MS = 10_000
/** Readings of one post. */
const SIZE = 500
const WATCHED_MS = Number(process.env.BENCH_WATCH_S ?? 40) * 1000
const PACK = 'bench-markers'
const SIZE_PX = { width: 1280, height: 800 }
/** As the journeys of e2e run it. */
const ARGS = ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--no-first-run']

export async function run(bench: Bench): Promise<BenchRow[]> {
  const dir = scratch('chengyun-bench-frames-')
  bench.say('  setting a city up')
  await writePack(join(dir, 'packs'))
  const product = await startProduct({
    dataDir: join(dir, 'data'),
    env: { CHENGYUN_SCENARIOS: join(dir, 'packs'), CHENGYUN_DEMO_SCALE: '0' }
  })
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH || '/usr/bin/chromium', args: ARGS })
  try {
    const admin = await product.signIn('dataadmin')
    bench.say(`  installing a pack with ${MARKERS} things`)
    const streams = await install(product, admin)
    const ours = await watched(bench, browser, product, admin, streams)
    const bare = await beside(bench, browser)
    return rowsOf(ours, bare)
  } finally {
    await browser.close()
    await product.stop()
    await rm(dir, { recursive: true, force: true })
  }
}

/** A new pack as `chengyun pack new` makes it, with its map coloured by value and as many things as are to be seen. */
async function writePack(root: string): Promise<void> {
  const files = [...scaffoldPack({ id: PACK, platform: '0.1.0' })]
  const read = (path: string) => JSON.parse(files.find(([p]) => p === path)![1]) as Record<string, unknown>
  const layer = (read('layers.json')['layers'] as { register: string; name: string }[])[0]!
  const band = (tone: string, below?: number) => ({ ...(below && { below }), tone, name: layer.name })
  const stream = `${layer.register}/level`
  const changed: Record<string, (doc: Record<string, unknown>) => void> = {
    'layers.json': (doc) => {
      const bands = [band('ok', 0.02), band('soon', 0.04), band('late', 0.06), band('cold', 0.08), band('grave')]
      doc.layers = [{ ...layer, colour: { by: 'value', stream, bands } }]
    },
    'things.json': (doc) => {
      const [things] = doc.things as { streams: { decimals: number }[] }[]
      things!.streams[0]!.decimals = 3
    },
    'demo/demo.json': (doc) => {
      const [items] = doc.items as object[]
      Object.assign(doc, { historyDays: 0, items: [{ ...items, count: MARKERS }], faults: [] })
    },
    'pages.json': (doc) => {
      const [page] = doc.pages as { widgets: { type: string; span: number; rows: number }[] }[]
      const seen = page!.widgets.filter((w) => w.type === 'map' || w.type === 'kpi')
      Object.assign(seen.find((w) => w.type === 'map')!, { span: 24, rows: 15 })
      doc.pages = [
        { ...page, widgets: seen },
        { ...page, key: 'rest', widgets: page!.widgets.filter((w) => !seen.includes(w)) }
      ]
    }
  }
  for (const [path, text] of files) {
    const doc = changed[path] && (JSON.parse(text) as Record<string, unknown>)
    if (doc) changed[path]!(doc)
    const file = join(root, PACK, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, doc ? JSON.stringify(doc) : text)
  }
}

/** Installs the pack with its demonstration; answers the numbers of its streams. */
async function install(product: Product, { headers }: Session): Promise<number[]> {
  const call = async <T>(path: string, body?: object): Promise<T> => {
    const res = await fetch(product.url + path, body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers })
    if (!res.ok) throw new Error(`${path}: ${res.status} ${await res.text()}`)
    return (await res.json()) as T
  }
  const { token } = await call<{ token: string }>(`/api/scenarios/${PACK}/plan?act=install`)
  await call(`/api/scenarios/${PACK}/install`, { token, demo: true })
  const ids: number[] = []
  for (let next: string | undefined = '/sta/v1.1/Datastreams?$select=id&$top=1000'; next; ) {
    const page: { value: { '@iot.id': number }[]; '@iot.nextLink'?: string } = await call(next)
    for (const v of page.value) ids.push(v['@iot.id'])
    const link = page['@iot.nextLink'] && new URL(page['@iot.nextLink'], product.url)
    next = link ? link.pathname + link.search : undefined
  }
  if (ids.length < MARKERS) throw new Error(`only ${ids.length} streams`)
  return ids
}

interface Watched {
  rest: Film
  panned: Film
}

/** The page of the pack at rest and under the mouse, while readings come in. */
async function watched(bench: Bench, browser: Browser, product: Product, admin: Session, streams: readonly number[]) {
  const { cookie } = await product.signIn('leader')
  const context = await browser.newContext({ viewport: SIZE_PX, locale: 'zh-CN' })
  const [name, value] = cookie.split('=') as [string, string]
  await context.addCookies([{ name, value, url: product.url }])
  await context.addInitScript(COUNT)
  const page = await context.newPage()
  const pushing = push(product, admin, streams)
  await page.goto(`${product.url}/scenarios/${PACK}/main`)
  const canvas = page.locator('.sw-map .maplibregl-canvas')
  await canvas.waitFor({ timeout: 60_000 })
  await sleep(EVERY_MS + 3000)
  const rest = await filmed(page, () => sleep(WATCHED_MS))
  const box = (await canvas.boundingBox())!
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  const moved = await filmed(page, () => panned(page, WATCHED_MS, middle))
  const { sent, refused } = await pushing.stop()
  await context.close()
  if (refused) throw new Error(`readings were refused: ${refused}`)
  bench.say(`  ${sent.size} posts of ${SIZE} readings`)
  return { rest, panned: moved, sent }
}

/**
 * Keeps saying something new of every stream. The value tells the post, so that it is known on the page which post a picture is of; it stays
 * below what raises an alarm for twenty minutes.
 */
function push(product: Product, { headers }: Session, streams: readonly number[]) {
  const sent = new Map<number, number>()
  let on = true
  let refused = ''
  const running = (async () => {
    const pause = (EVERY_MS * SIZE) / streams.length
    for (let k = 1; on; k++) {
      const began = performance.now()
      const value = k / 1000
      sent.set(value, Date.now())
      const first = (k * SIZE) % streams.length
      const at = new Date().toISOString()
      const res = await fetch(`${product.url}/sta/v1.1/CreateObservations`, {
        method: 'POST',
        headers,
        body: JSON.stringify(
          streams.slice(first, first + SIZE).map((id) => ({
            Datastream: { '@iot.id': id },
            components: ['phenomenonTime', 'result'],
            'dataArray@iot.count': 1,
            dataArray: [[at, value]]
          }))
        )
      })
      const text = await res.text()
      if (!res.ok || text.includes('"error"')) refused = text.slice(0, 200)
      await sleep(Math.max(0, pause - (performance.now() - began)))
    }
  })()
  return {
    stop: async () => {
      on = false
      await running
      return { sent, refused }
    }
  }
}

/** MapLibre alone in the same browser at the same size. */
async function beside(bench: Bench, browser: Browser): Promise<Watched> {
  const site = await bareMap(MARKERS, EVERY_MS)
  const page = await browser.newPage({ viewport: SIZE_PX })
  try {
    await page.addInitScript(COUNT)
    await page.goto(site.url)
    await page.waitForFunction("document.title === 'ready'")
    await sleep(3000)
    const rest = await filmed(page, () => sleep(WATCHED_MS / 2))
    const moved = await filmed(page, () => panned(page, WATCHED_MS / 2, { x: 640, y: 400 }))
    bench.say('  MapLibre alone watched')
    return { rest, panned: moved }
  } finally {
    await page.close()
    site.close()
  }
}

function rowsOf(ours: Awaited<ReturnType<typeof watched>>, bare: Watched): BenchRow[] {
  const rows = (['rest', 'panned'] as const).flatMap((how): BenchRow[] => {
    const [mine, limit] = [figuresOf(ours[how]), figuresOf(bare[how])]
    const what = how === 'rest' ? 'at rest' : 'while panned'
    return [
      {
        suite: 'frames',
        name: `${MARKERS.toLocaleString('en')} live markers, ${what}: frames, median`,
        unit: '/s',
        ours: mine.rate,
        limit: limit.rate,
        ratio: mine.rate / limit.rate,
        target: '≥ 30/s',
        ok: mine.rate >= 30,
        note: `p95 ${round(mine.p95, 0)} ms, longest ${round(mine.longest, 0)} ms (alone ${round(limit.p95, 0)}, ${round(limit.longest, 0)}); pictures really drawn ${round(mine.pictures, 1)}/s, alone ${round(limit.pictures, 1)}/s`
      },
      delays(ours[how], ours.sent, what)
    ]
  })
  return rows
}

/** From before the post of a reading to the first picture begun after the page had been told its value. */
function delays({ told, paints }: Film, sent: ReadonlyMap<number, number>, what: string): BenchRow {
  const begun = [...paints].sort((a, b) => a - b)
  const all: number[] = []
  const shown: number[] = []
  for (const [value, at] of Object.entries(told)) {
    const from = sent.get(Number(value))
    const drawn = begun.find((p) => p >= at)
    if (from === undefined || drawn === undefined || from < begun[0]!) continue
    all.push(drawn - from)
    shown.push(drawn - at)
  }
  const p95 = all.length > 0 ? quantile(all, 0.95) : null
  return {
    suite: 'frames',
    name: `a reading to its picture, ${what}`,
    unit: 'ms',
    ours: p95 ?? Number.NaN,
    limit: null,
    ratio: null,
    target: '–',
    ok: null,
    note: `p95; p50 ${round(quantile(all, 0.5), 0)} ms of ${all.length} posts; the page asks every ${EVERY_MS / 1000} s, from its answer to the picture p50 ${round(quantile(shown, 0.5), 0)}, p95 ${round(quantile(shown, 0.95), 0)} ms`
  }
}
