/** Cut tiles, as long as nothing in them changed: bounded in bytes, compressed once for each coding. */
import { hash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { LRUCache } from 'lru-cache'

const asGzip = promisify(gzip)
const asBrotli = promisify(brotliCompress)
/** Shorter bodies are sent as they are: they fit into one packet anyway. */
const THRESHOLD = 1400

export type Coding = 'br' | 'gzip' | 'identity'

export interface CutTile {
  /** What its tile's stamp was when it was cut. */
  stamp: number
  etag: string
  body: Uint8Array
  coded: Partial<Record<Coding, Promise<Uint8Array>>>
}

export class TileCache {
  readonly #tiles: LRUCache<string, CutTile>
  hits = 0
  cuts = 0

  constructor(maxBytes: number) {
    // A body may come to lie here three times: plain, gzip, br.
    this.#tiles = new LRUCache({ maxSize: maxBytes, sizeCalculation: (tile) => 200 + tile.body.length * 2 })
  }

  get bytes(): number {
    return this.#tiles.calculatedSize
  }

  get size(): number {
    return this.#tiles.size
  }

  /** The tile under a key if its stamp still holds, otherwise a new one. */
  get(key: string, stamp: number, cut: () => Uint8Array): CutTile {
    const known = this.#tiles.get(key)
    if (known && known.stamp === stamp) {
      this.hits++
      return known
    }
    this.cuts++
    const body = cut()
    const tile: CutTile = { stamp, body, etag: `W/"${hash('sha1', body, 'base64url').slice(0, 20)}"`, coded: {} }
    this.#tiles.set(key, tile)
    return tile
  }
}

/** The coding to answer with. */
export function codingFor(accepts: string | undefined): Coding {
  const wanted = (accepts ?? '')
    .toLowerCase()
    .split(',')
    .map((part) => part.trim().split(/\s*;\s*q=/))
    .filter(([, q]) => q === undefined || Number(q) > 0)
    .map(([name]) => name)
  return wanted.includes('br') ? 'br' : wanted.includes('gzip') ? 'gzip' : 'identity'
}

/** The body in a coding; made once, and shared by all who ask meanwhile. */
export function codedBody(tile: CutTile, coding: Coding): Promise<Uint8Array> {
  const used = tile.body.length < THRESHOLD ? 'identity' : coding
  tile.coded[used] ??=
    used === 'br'
      ? asBrotli(tile.body, {
          params: { [constants.BROTLI_PARAM_QUALITY]: 2, [constants.BROTLI_PARAM_SIZE_HINT]: tile.body.length }
        })
      : used === 'gzip'
        ? asGzip(tile.body, { level: 1 })
        : Promise.resolve(tile.body)
  return tile.coded[used]
}

export const usedCoding = (tile: CutTile, coding: Coding): Coding => (tile.body.length < THRESHOLD ? 'identity' : coding)
