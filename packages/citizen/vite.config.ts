import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { precompress } from '../../tools/vite/precompress.ts'
import { serviceWorker } from '../../tools/vite/service-worker.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const dist = join(here, 'dist')
const BASE = '/citizen/'

/** What a first visit fetches before the map, compressed. */
const FIRST_LOAD_BYTES = 200_000

/** Fails the build when the first load has grown too heavy for a slow network. */
function budget(): Plugin {
  return { name: 'budget', apply: 'build', closeBundle: { sequential: true, order: 'post', handler: weigh } }
}

async function weigh(): Promise<void> {
  const page = await readFile(join(dist, 'index.html'), 'utf8')
  const files = [...page.matchAll(/(?:src|href)="\/citizen\/([^"]+\.(?:js|css|svg))"/g)].map((m) => m[1] ?? '')
  let bytes = 0
  for (const file of ['index.html', ...new Set(files)]) bytes += (await promisify(gzip)(await readFile(join(dist, file)))).length
  if (bytes > FIRST_LOAD_BYTES) throw new Error(`first load is ${bytes} bytes compressed, more than ${FIRST_LOAD_BYTES}`)
  console.log(`first load: ${(bytes / 1000).toFixed(1)} kB compressed of ${FIRST_LOAD_BYTES / 1000}`)
}

const proxy = { '/api': process.env['CHENGYUN_SERVER'] ?? 'http://127.0.0.1:8080' }

/** The citizen app is served from `/citizen/` by the server; in development its requests go to a server on CHENGYUN_SERVER. */
export default defineConfig({
  plugins: [react(), serviceWorker(here, BASE), precompress(dist), budget()],
  base: BASE,
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // Older telephones than desks: what Safari 16.4 and Chromium 111 understand.
    target: 'es2022',
    modulePreload: { polyfill: false }
  },
  server: { proxy },
  preview: { proxy }
})
