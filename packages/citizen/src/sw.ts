/// <reference types="vite/client" />
import { fileWaiting } from './draft/file.ts'

declare const __PRECACHE__: string[]
declare const __VERSION__: string

/** What of a service worker is used here; the library of types for workers cannot stand beside that of pages. */
interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void
}
interface FetchLike extends Extendable {
  readonly request: Request
  respondWith(answer: Promise<Response>): void
}
interface WorkerScope {
  addEventListener(type: 'install' | 'activate', listener: (event: Extendable) => void): void
  addEventListener(type: 'sync', listener: (event: Extendable & { tag: string }) => void): void
  addEventListener(type: 'fetch', listener: (event: FetchLike) => void): void
  skipWaiting(): Promise<void>
  readonly clients: {
    claim(): Promise<void>
    matchAll(options: object): Promise<{ postMessage(message: unknown): void }[]>
  }
}

const worker = globalThis as unknown as WorkerScope
const CACHE = `citizen-${__VERSION__}`
const HOME = '/citizen/'
/** On a network that hangs the page kept here is shown rather than a white one. */
const PATIENCE_MS = 3000

worker.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(__PRECACHE__))
      .then(() => worker.skipWaiting())
  )
})

worker.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((n) => n.startsWith('citizen-') && n !== CACHE).map((n) => caches.delete(n))))
      .then(() => worker.clients.claim())
  )
})

async function page(request: Request): Promise<Response> {
  const kept = await caches.match(HOME)
  const fresh = fetch(request)
  if (!kept) return fresh
  const late = new Promise<Response>((resolve) => setTimeout(() => resolve(kept), PATIENCE_MS))
  // A server that answers with an error of its own is no reason to lose the app.
  return Promise.race([fresh.then((r) => (r.ok ? r : kept)).catch(() => kept), late])
}

worker.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== location.origin || !url.pathname.startsWith(HOME)) return
  if (request.mode === 'navigate') event.respondWith(page(request))
  else event.respondWith(caches.match(request, { ignoreSearch: true }).then((kept) => kept ?? fetch(request)))
})

// Where the browser has background sync, drafts go out even when the app is closed.
worker.addEventListener('sync', (event) => {
  if (event.tag !== 'file-drafts') return
  event.waitUntil(
    fileWaiting().then(async (outcomes) => {
      for (const client of await worker.clients.matchAll({ type: 'window' })) client.postMessage({ type: 'filed' })
      if (outcomes.some((o) => o.kind === 'waiting')) throw new Error('network still away: the browser tries again')
    })
  )
})
