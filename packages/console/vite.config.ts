import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const dist = fileURLToPath(new URL('./dist', import.meta.url))

/** Writes .br and .gz beside every text file, so that the server compresses nothing while it serves. */
function precompress(): Plugin {
  return {
    name: 'precompress',
    apply: 'build',
    async closeBundle() {
      const files = (await readdir(dist, { recursive: true })).filter((f) => /\.(js|css|svg|html)$/.test(f))
      for (const file of files) {
        const body = await readFile(join(dist, file))
        if (body.length < 1024) continue
        // Level 9 of 11: the last two cost ten times the time for two per cent.
        const br = await promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } })
        await writeFile(join(dist, `${file}.br`), br)
        await writeFile(join(dist, `${file}.gz`), await promisify(gzip)(body))
      }
    }
  }
}

/** The console is served from `/` by the server; in development its requests go to a server on CHENGYUN_SERVER. */
export default defineConfig({
  plugins: [react(), precompress()],
  base: '/',
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // Map and chart libraries are one chunk each and load late; the warning would only repeat that.
    chunkSizeWarningLimit: 1500
  },
  worker: { format: 'es' },
  server: { proxy: { '/api': process.env['CHENGYUN_SERVER'] ?? 'http://127.0.0.1:8080' } }
})
