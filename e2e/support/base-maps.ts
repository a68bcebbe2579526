import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { archiveOf } from '../../packages/server/src/modules/geo/pmtiles.testing.ts'

/** The colour each base map of the stand-in is painted in, so that a picture of the map tells which one lies under it. */
export const BASE_COLORS = { xyz: '#b8860b', wmts: '#2e8b57', pmtiles: '#8b3a62' } as const

const tile = (color: string): Promise<Buffer> =>
  sharp({ create: { width: 256, height: 256, channels: 3, background: color } })
    .png()
    .toBuffer()

export interface BaseMaps {
  /** The value of CHENGYUN_BASE_LAYERS. */
  setting: string
  stop(): Promise<void>
}

/** Base maps of others on this machine: tiles by XYZ, a WMTS that is asked by key and value, an archive on the disk. */
export async function startBaseMaps(): Promise<BaseMaps> {
  const folder = await mkdtemp(join(tmpdir(), 'chengyun-base-'))
  const archive = join(folder, 'city.pmtiles')
  await writeFile(archive, archiveOf(await tile(BASE_COLORS.pmtiles), { name: 'city' }))
  const pictures = { xyz: await tile(BASE_COLORS.xyz), wmts: await tile(BASE_COLORS.wmts) }
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    const asked = new Map([...searchParams].map(([key, value]) => [key.toLowerCase(), value]))
    const isWmts = pathname === '/wmts' && asked.get('request') === 'GetTile' && asked.get('layer') === 'streets'
    const picture = isWmts ? pictures.wmts : /^\/xyz\/\d+\/\d+\/\d+\.png$/.test(pathname) ? pictures.xyz : null
    // A service whose key is refused answers so.
    response.writeHead(picture ? 200 : pathname.startsWith('/gone/') ? 403 : 404, {
      'content-type': 'image/png',
      'access-control-allow-origin': '*'
    })
    response.end(picture ?? undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const shared = { crs: 'CGCS2000', attribution: '测绘院' }
  const setting = JSON.stringify([
    { id: 'xyz', name: { zh: '影像', en: 'Imagery' }, type: 'xyz', url: `${origin}/xyz/{z}/{x}/{y}.png`, ...shared },
    {
      id: 'wmts',
      name: { zh: '街道图', en: 'Streets' },
      type: 'wmts',
      url: `${origin}/wmts`,
      wmts: { layer: 'streets', matrixSet: 'EPSG:3857' },
      ...shared
    },
    { id: 'pmtiles', name: { zh: '离线影像', en: 'Imagery on the disk' }, type: 'pmtiles', file: archive, ...shared },
    { id: 'gone', name: { zh: '断开的底图', en: 'Out of reach' }, type: 'xyz', url: `${origin}/gone/{z}/{x}/{y}.png`, ...shared }
  ])
  return {
    setting,
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await rm(folder, { recursive: true, force: true })
    }
  }
}
