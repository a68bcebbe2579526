import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { precompress } from '../../tools/vite/precompress.ts'
import { serviceWorker } from '../../tools/vite/service-worker.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const BASE = '/field/'
const server = process.env['CHENGYUN_SERVER'] ?? 'http://127.0.0.1:8080'

/** The field app lives under `/field/`; in development and preview its requests go to a server on CHENGYUN_SERVER. */
export default defineConfig({
  plugins: [react(), serviceWorker(here, BASE), precompress(join(here, 'dist'))],
  base: BASE,
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2023' },
  server: { proxy: { '/api': server } },
  preview: { proxy: { '/api': server } }
})
