import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { precompress } from '../../tools/vite/precompress.ts'

const dist = fileURLToPath(new URL('./dist', import.meta.url))

/** The console is served from `/` by the server; in development its requests go to a server on CHENGYUN_SERVER. */
export default defineConfig({
  plugins: [react(), precompress(dist)],
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
