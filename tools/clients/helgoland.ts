/**
 * A SensorThings client that others wrote: `StaInterfaceService` of the Helgoland toolbox (52°North, Apache-2.0, npm `@helgoland/core`), as its own viewer
 * uses it. It is an Angular library for browsers, so it is bundled once for Node; requests go out by Angular's fetch backend. Nothing of it is changed.
 */
import { mkdtempSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { StaInterfaceService } from '@helgoland/core'
import type { Observable } from 'rxjs'
import { build } from 'vite'

interface Bundle {
  connect(authorization: string): StaInterfaceService
  firstValueFrom<T>(answer: Observable<T>): Promise<T>
}

let bundle: Promise<Bundle> | undefined

async function bundled(): Promise<Bundle> {
  const outDir = mkdtempSync(join(tmpdir(), 'chengyun-helgoland-'))
  await build({
    configFile: false,
    logLevel: 'error',
    root: import.meta.dirname,
    // Its ES module has no named exports in Node; the library asks for them.
    resolve: { alias: [{ find: /^moment$/, replacement: createRequire(import.meta.url).resolve('moment') }] },
    ssr: { noExternal: true },
    build: { ssr: 'helgoland-entry.js', outDir, emptyOutDir: true, rolldownOptions: { output: { entryFileNames: 'client.mjs' } } }
  })
  return (await import(pathToFileURL(join(outDir, 'client.mjs')).href)) as Bundle
}

export interface StockClient {
  sta: StaInterfaceService
  /** The answer of one call; rejects with Angular's HttpErrorResponse (`status`, `error`). */
  answer<T>(call: Observable<T>): Promise<T>
}

/** The client with these credentials (`Bearer …`, `Basic …`). */
export async function stockClient(authorization: string): Promise<StockClient> {
  bundle ??= bundled()
  const { connect, firstValueFrom } = await bundle
  return { sta: connect(authorization), answer: firstValueFrom }
}
