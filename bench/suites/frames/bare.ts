/** MapLibre alone with as many circles of one GeoJSON source, whose states change at the same pace: what the library itself can do here. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'

const LIBRARY = dirname(createRequire(import.meta.url).resolve('maplibre-gl/package.json'))

/** Serves the page on a free port; `circles` of them, a twentieth of which says something new each `everyMs` / 20; none: an empty style. */
export async function bareMap(circles: number, everyMs: number): Promise<{ url: string; close(): void }> {
  const page = `<!doctype html><style>html,body,#map{height:100%;margin:0}</style><div id=map></div><script type=module>
    import { Map, setWorkerUrl } from '/maplibre-gl.mjs'
    setWorkerUrl('/maplibre-gl-worker.mjs')
    const features = Array.from({ length: ${circles} }, (_, id) => ({ type: 'Feature', id, properties: {},
      geometry: { type: 'Point', coordinates: [119.6 + ((id * 7919) % 10007) / 10007 * 1.6, 35.6 + ((id * 104729) % 10009) / 10009 * 1.4] } }))
    const map = new Map({ container: 'map', center: [120.4, 36.3], zoom: 9, attributionControl: false, fadeDuration: 0, style: { version: 8,
      sources: ${circles} ? { s: { type: 'geojson', data: { type: 'FeatureCollection', features } } } : {},
      layers: !${circles} ? [] : [{ id: 'c', type: 'circle', source: 's', paint: { 'circle-radius': 3, 'circle-color': ['coalesce', ['feature-state', 'color'], '#888888'] } }] } })
    map.on('load', () => {
      let at = 0
      if (${circles}) setInterval(() => {
        for (let i = 0; i < ${Math.round(circles / 20)}; i++, at++)
          map.setFeatureState({ source: 's', id: at % ${circles} }, { color: ['#2e8b57', '#e0a100', '#d92d20'][(at / ${circles} | 0) % 3] })
      }, ${everyMs / 20})
      document.title = 'ready'
    })
  </script>`
  const server = createServer((req, res) => {
    const name = /^\/(maplibre-gl[a-z-]*\.mjs)$/.exec(req.url ?? '')?.[1]
    res.setHeader('content-type', name ? 'text/javascript' : 'text/html; charset=utf-8')
    res.end(name ? readFileSync(join(LIBRARY, 'dist', name)) : page)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => void server.close() }
}
