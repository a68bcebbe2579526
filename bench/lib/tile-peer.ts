/**
 * The peer of the tiles as a server of its own: an HTTP server in its own process that asks PostGIS for each tile. It does less than ours
 * does: nobody signs in, no permission is asked for, no route is looked up, no ETag is made, nothing is kept. Run with a database URL.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { POSTGIS_TILE } from './components.ts'

const HERE = fileURLToPath(import.meta.url)

export interface TilePeer {
  url: string
  stop(): Promise<void>
}

/** Starts the peer on a database. */
export async function startTilePeer(databaseUrl: string): Promise<TilePeer> {
  const child = fork(HERE, [databaseUrl])
  const [port] = (await once(child, 'message')) as [number]
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      child.disconnect()
      await once(child, 'exit')
    }
  }
}

const query = (path: string) => {
  const [, z, x, y] = path.split('/').map(Number)
  return { name: 'tile', text: POSTGIS_TILE, values: [z, x, y] }
}

if (process.argv[1] === HERE) {
  const pool = new pg.Pool({ connectionString: process.argv[2], max: 4 })
  const server = createServer((req, res) => {
    pool.query<{ tile: Buffer }>(query(req.url!)).then(
      ({ rows }) => {
        const { tile } = rows[0]!
        if (tile.length === 0) res.writeHead(204).end()
        else res.writeHead(200, { 'content-type': 'application/vnd.mapbox-vector-tile', 'content-length': tile.length }).end(tile)
      },
      (error: unknown) => res.writeHead(500, { 'content-length': 0 }).end(void process.stderr.write(`${String(error)}\n`))
    )
  })
  server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port))
  process.once('disconnect', () => {
    server.closeAllConnections()
    server.close()
    void pool.end()
  })
}
