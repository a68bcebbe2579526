import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { precompress } from '../../tools/vite/precompress.ts'

const dist = fileURLToPath(new URL('./dist', import.meta.url))
const fixed = fileURLToPath(new URL('./public', import.meta.url))
const BASE = '/field/'

/**
 * Tells the service worker which files a version consists of. Fonts are left out: there are a hundred slices of one face, of which a
 * phone needs a dozen; the worker keeps those it meets.
 */
function precacheList(): Plugin {
  return {
    name: 'precache-list',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const worker = bundle['sw.js']
        if (worker?.type !== 'chunk') throw new Error('the service worker was not built')
        if (worker.imports.length > 0) throw new Error('the service worker must stand alone')
        const hash = createHash('sha256')
        const files: string[] = []
        const take = (name: string, body: string | Uint8Array) => {
          // The document is kept under its address, with the headers it has there.
          files.push(name === 'index.html' ? BASE : BASE + name)
          hash.update(name).update(body)
        }
        for (const [name, part] of Object.entries(bundle).sort(([a], [b]) => (a < b ? -1 : 1)))
          if (name !== 'sw.js' && !/\.(woff2?|map)$/.test(name)) take(name, part.type === 'chunk' ? part.code : part.source)
        for (const name of readdirSync(fixed).sort()) take(name, readFileSync(join(fixed, name)))
        worker.code = worker.code
          .replaceAll('__PRECACHE__', JSON.stringify(files))
          .replaceAll('__VERSION__', JSON.stringify(hash.digest('hex').slice(0, 12)))
      }
    }
  }
}

const server = process.env['CHENGYUN_SERVER'] ?? 'http://127.0.0.1:8080'

/** The field app lives under `/field/`; in development and preview its requests go to a server on CHENGYUN_SERVER. */
export default defineConfig({
  plugins: [react(), precacheList(), precompress(dist)],
  base: BASE,
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    rollupOptions: {
      input: {
        index: fileURLToPath(new URL('./index.html', import.meta.url)),
        sw: fileURLToPath(new URL('./src/sw.ts', import.meta.url))
      },
      output: { entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js') }
    }
  },
  server: { proxy: { '/api': server } },
  preview: { proxy: { '/api': server } }
})
