import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build, type Plugin } from 'vite'

/** What a version of an app consists of. Not fonts: a hundred slices of one face, of which a telephone needs a dozen. */
const KEPT = /\.(js|mjs|css|svg|png|html|webmanifest|json|wasm)$/

/**
 * Builds `src/sw.ts` of an app after everything else, as one classic script (not every telephone takes a service worker that is a module).
 * In it `__PRECACHE__` is the address of every file of this build and `__VERSION__` the hash over all of them.
 * @param home folder of the package, which builds to `dist`
 * @param base path the app is served under, with both slashes
 */
export function serviceWorker(home: string, base: string): Plugin {
  const handler = async (): Promise<void> => {
    const dist = join(home, 'dist')
    const files = (await readdir(dist, { recursive: true, withFileTypes: true }))
      .filter((f) => f.isFile() && KEPT.test(f.name) && f.name !== 'sw.js')
      .map((f) => join(f.parentPath, f.name).slice(dist.length + 1))
      .sort()
    const hash = createHash('sha256')
    for (const file of files) hash.update(file).update(await readFile(join(dist, file)))
    await build({
      configFile: false,
      root: home,
      publicDir: false,
      logLevel: 'warn',
      define: {
        // The document is kept under its address, with the headers it has there.
        __PRECACHE__: JSON.stringify(files.map((f) => (f === 'index.html' ? base : base + f))),
        __VERSION__: JSON.stringify(hash.digest('hex').slice(0, 12))
      },
      build: {
        outDir: dist,
        emptyOutDir: false,
        target: 'es2022',
        lib: { entry: join(home, 'src/sw.ts'), formats: ['iife'], name: 'sw', fileName: () => 'sw.js' }
      }
    })
  }
  return { name: 'service-worker', apply: 'build', closeBundle: { sequential: true, order: 'post', handler } }
}
