import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

const TEXT = /\.(js|css|svg|html|wasm|webmanifest)$/
const LEAST_BYTES = 1024

/** Writes .br and .gz beside every file of a build that shrinks, after all other plugins, so that the server compresses nothing while it serves. */
export function precompress(dist: string): Plugin {
  const handler = async () => {
    for (const file of (await readdir(dist, { recursive: true })).filter((f) => TEXT.test(f))) {
      const body = await readFile(join(dist, file))
      if (body.length < LEAST_BYTES) continue
      // Level 9 of 11: the last two cost ten times the time for two per cent.
      const br = await promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } })
      await writeFile(join(dist, `${file}.br`), br)
      await writeFile(join(dist, `${file}.gz`), await promisify(gzip)(body))
    }
  }
  return { name: 'precompress', apply: 'build', closeBundle: { sequential: true, order: 'post', handler } }
}
