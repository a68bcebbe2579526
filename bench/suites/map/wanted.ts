/** What the parts of the map's suite share. */
import type { Bench } from '../../lib/bed.ts'
import type { MapBed, TileAt } from '../../lib/components.ts'
import type { Product, Session } from '../../lib/product.ts'
import { type BenchRow, sleep } from '../../lib/stats.ts'

export const LAYER = 'reg-component'

export interface Wanted {
  bench: Bench
  bed: MapBed
  product: Product
  session: Session
}

/** A figure with a target and no limit. */
export const plain = (
  name: string,
  unit: BenchRow['unit'],
  ours: number,
  target: string,
  ok: boolean | null,
  note: string
): BenchRow => ({ suite: 'tiles', name, unit, ours, limit: null, ratio: null, target, ok, note })

export const pathOf = ({ z, x, y }: TileAt, query = '', layer = LAYER): string => `/tiles/${layer}/${z}/${x}/${y}.mvt${query}`

interface Tree {
  layers: { id: string; state: 'ready' | 'loading'; count: number }[]
}

/** Waits for a layer; seconds since the call, and its objects. */
export async function untilReady(product: Product, id = LAYER, pauseMs = 200): Promise<{ seconds: number; count: number }> {
  const session = await product.signIn('acceptor')
  const began = performance.now()
  for (;;) {
    const res = await fetch(`${product.url}/api/map/layers`, { headers: { cookie: session.cookie } })
    if (!res.ok) throw new Error(`layers answered ${res.status}: ${await res.text()}`)
    const layer = ((await res.json()) as Tree).layers.find((l) => l.id === id)
    if (layer?.state === 'ready') return { seconds: (performance.now() - began) / 1000, count: layer.count }
    if (performance.now() - began > 300_000) throw new Error(`the layer was not ready: ${JSON.stringify(layer)}`)
    await sleep(pauseMs)
  }
}

/** The ETag of a tile for whoever has the session. */
export async function etagOf(product: Product, session: Session, at: TileAt): Promise<string | null> {
  const res = await fetch(product.url + pathOf(at), { headers: { cookie: session.cookie } })
  await res.arrayBuffer()
  return res.headers.get('etag')
}

/** The longest the main loop of the product stood still since this was last asked, ms (`nodejs_eventloop_lag_max_seconds`). */
export async function longestStall(product: Product): Promise<number> {
  const res = await fetch(`${product.url}/metrics`)
  const found = /^nodejs_eventloop_lag_max_seconds (\S+)/m.exec(await res.text())
  if (!found) throw new Error('the product does not tell how long its loop stood still')
  return Number(found[1]) * 1000
}
