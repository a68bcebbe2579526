/** What is asked of the map beside tiles, and how soon an edit is in them. */
import { type TileAt, tilesWithComponents } from '../../lib/components.ts'
import { type BenchRow, median, quantile, round, sleep } from '../../lib/stats.ts'
import { etagOf, LAYER, plain, type Wanted } from './wanted.ts'

/** What a click, a search and a drawn area ask. */
export async function questions(w: Wanted): Promise<BenchRow[]> {
  const { rows } = await w.bed.pool.query<{ lng: number; lat: number }>(
    "select lng, lat from registry.item where type_id = 'component' and lng is not null and hashtext(code) % 20000 = 0 order by code limit 120"
  )
  const call = async (url: string, body?: object): Promise<number> => {
    const began = performance.now()
    const res = await fetch(w.product.url + url, {
      method: body ? 'POST' : 'GET',
      headers: w.session.headers,
      ...(body && { body: JSON.stringify(body) })
    })
    if (!res.ok) throw new Error(`${url} answered ${res.status}: ${await res.text()}`)
    await res.arrayBuffer()
    return performance.now() - began
  }
  const ask = async (
    name: string,
    target: number,
    one: (p: { lng: number; lat: number }, i: number) => Promise<number>
  ): Promise<BenchRow> => {
    const times: number[] = []
    for (const [i, p] of rows.entries()) times.push(await one(p, i))
    const p95 = quantile(times, 0.95)
    w.bench.say(`  ${name}: p50 ${round(median(times))}, p95 ${round(p95)} ms`)
    return plain(name, 'ms', p95, `p95 ≤ ${target} ms`, p95 <= target, `p50 ${round(median(times), 1)} ms; ${rows.length} asked`)
  }
  const star = ({ lng, lat }: { lng: number; lat: number }, size: number): object => ({
    type: 'Polygon',
    coordinates: [
      Array.from({ length: 25 }, (_, i) => {
        const [angle, far] = [((i % 24) / 24) * 2 * Math.PI, size * (i % 2 === 0 ? 1 : 0.55)]
        return [lng + Math.cos(angle) * far, lat + Math.sin(angle) * far * 0.8]
      })
    ]
  })
  return [
    await ask('identify', 15, (p) => call(`/api/map/identify?lng=${p.lng}&lat=${p.lat}&zoom=17&layers=${LAYER}`)),
    await ask('nearest 20', 15, (p) => call(`/api/map/nearest?layer=${LAYER}&lng=${p.lng}&lat=${p.lat}&n=20`)),
    await ask('nearest 20 of a rare class', 15, (p) =>
      call(`/api/map/nearest?layer=${LAYER}&lng=${p.lng}&lat=${p.lat}&n=20&class=05009`).catch(() =>
        call(`/api/map/nearest?layer=${LAYER}&lng=${p.lng}&lat=${p.lat}&n=20`)
      )
    ),
    await ask('counts by class: a block', 200, (p) => call('/api/map/counts', { layer: LAYER, area: star(p, 0.003) })),
    await ask('counts by class: a district', 200, (p) => call('/api/map/counts', { layer: LAYER, area: star(p, 0.08) })),
    await ask('counts by class: the city', 200, (p) => call('/api/map/counts', { layer: LAYER, area: star(p, 0.9) }))
  ]
}

/** Moves one component through the API and asks its tile until it shows; a tile elsewhere must stay as it was. */
export async function oneEdit(
  w: Wanted,
  name = 'one edit: saved and in the next tile',
  seenBy: Pick<Wanted, 'product' | 'session'> = w
): Promise<BenchRow[]> {
  const editor = await w.product.signIn('dataadmin')
  const { rows } = await w.bed.pool.query<{ code: string; lng: number; lat: number; version: number }>(
    "select code, lng, lat, version from registry.item where type_id = 'component' and lng is not null and shape is null and hashtext(code) % 90000 = 0 order by code limit 20"
  )
  const [here] = await tilesWithComponents(w.bed.pool, 16, 1)
  // What `product` says of the tile: the one edited in, or another on the same database.
  const etag = (at: TileAt): Promise<string | null> => etagOf(seenBy.product, seenBy.session, at)
  const far = await etag(here!)
  const times: number[] = []
  for (const item of rows) {
    const z = 16
    const at = {
      z,
      x: Math.floor(((item.lng + 180) / 360) * 2 ** z),
      y: Math.floor(((1 - Math.asinh(Math.tan((item.lat * Math.PI) / 180)) / Math.PI) / 2) * 2 ** z)
    }
    if (at.x === here!.x && at.y === here!.y) continue
    const old = await etag(at)
    const began = performance.now()
    const res = await fetch(`${w.product.url}/api/registry/items/component/${item.code}`, {
      method: 'PATCH',
      headers: editor.headers,
      body: JSON.stringify({
        version: item.version,
        changes: { geometry: { type: 'Point', coordinates: [item.lng + 0.00001, item.lat] } },
        note: 'bench'
      })
    })
    if (!res.ok) throw new Error(`the edit answered ${res.status}: ${await res.text()}`)
    while ((await etag(at)) === old) {
      if (performance.now() - began > 10_000) throw new Error('the edit did not show within 10 s')
      await sleep(5)
    }
    times.push(performance.now() - began)
  }
  const p95 = quantile(times, 0.95)
  const same = (await etag(here!)) === far
  w.bench.say(`  ${name}: p50 ${round(median(times))}, p95 ${round(p95)} ms; a tile elsewhere ${same ? 'stayed' : 'CHANGED'}`)
  return [
    plain(
      name,
      'ms',
      p95,
      '≤ 1 s; unrelated tile stays',
      p95 <= 1000 && same,
      `p50 ${round(median(times), 0)} ms; ${times.length} edits; a tile elsewhere ${same ? 'kept its ETag' : 'lost its ETag'}`
    )
  ]
}
