import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { build, defineConfig, type Plugin } from 'vite'
import { precompress } from '../../tools/vite/precompress.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const dist = join(here, 'dist')
const BASE = '/citizen/'

/** One classic script, because not every phone takes a service worker that is a module. It knows every file of this build by name. */
function serviceWorker(): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    closeBundle: {
      sequential: true,
      order: 'post',
      handler: writeServiceWorker
    }
  }
}

async function writeServiceWorker(): Promise<void> {
  const files = (await readdir(dist, { recursive: true, withFileTypes: true }))
    .filter((f) => f.isFile() && /\.(js|css|svg|png|html|webmanifest)$/.test(f.name) && f.name !== 'sw.js')
    .map((f) => join(f.parentPath, f.name).slice(dist.length + 1))
    .sort()
  const hash = createHash('sha256')
  for (const file of files) hash.update(file).update(await readFile(join(dist, file)))
  await build({
    configFile: false,
    root: here,
    publicDir: false,
    logLevel: 'warn',
    define: {
      __PRECACHE__: JSON.stringify(files.map((f) => (f === 'index.html' ? BASE : BASE + f))),
      __VERSION__: JSON.stringify(hash.digest('hex').slice(0, 12))
    },
    build: {
      outDir: dist,
      emptyOutDir: false,
      target: 'es2022',
      lib: { entry: join(here, 'src/sw.ts'), formats: ['iife'], name: 'sw', fileName: () => 'sw.js' }
    }
  })
}

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
  plugins: [react(), serviceWorker(), precompress(dist), budget()],
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
