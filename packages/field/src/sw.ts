/// <reference lib="webworker" />
/**
 * The service worker: a version of the app is kept whole, or not at all; a new version waits until the person lets it in. It holds no
 * operation of anybody: those stand in the database of the page and outlive every version.
 */
export type {}

declare const self: ServiceWorkerGlobalScope
declare const __PRECACHE__: string[]
declare const __VERSION__: string

const APP = `field-app-${__VERSION__}`
/** Slices of the font and, like them, files with a hash in their name: never changed, only forgotten. */
const FONTS = 'field-fonts-1'
/** Pictures of cases seen or fetched ahead; forgotten when the person signs out. */
const PICTURES = 'field-pictures-1'
const PICTURES_KEPT = 400
/** The document by its address and not by its file name: only there the server sends the headers that let it read codes. */
const INDEX = '/field/'
const PICTURE = /^\/api\/media\/[0-9a-f-]{36}\/(thumb|shown)$/

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches.open(APP).then((cache) => cache.addAll(__PRECACHE__.map((path) => new Request(path, { cache: 'reload' }))))
  )
})

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((n) => n.startsWith('field-app-') && n !== APP).map((n) => caches.delete(n))))
      .then(() => self.clients.claim())
  )
})

self.addEventListener('message', (event) => {
  if (event.data === 'takeOver') void self.skipWaiting()
  if (event.data === 'forgetPictures') event.waitUntil(caches.delete(PICTURES))
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin) return
  if (PICTURE.test(url.pathname)) return event.respondWith(picture(request))
  if (!url.pathname.startsWith('/field/') && url.pathname !== '/field') return
  if (request.mode === 'navigate') return event.respondWith(fromApp(INDEX, request))
  event.respondWith(/\.woff2?$/.test(url.pathname) ? font(request) : fromApp(url.pathname, request))
})

async function fromApp(path: string, request: Request): Promise<Response> {
  const kept = await (await caches.open(APP)).match(path, { ignoreVary: true })
  return kept ?? fetch(request)
}

async function font(request: Request): Promise<Response> {
  const cache = await caches.open(FONTS)
  const kept = await cache.match(request, { ignoreVary: true })
  if (kept) return kept
  const answer = await fetch(request)
  if (answer.ok) await cache.put(request, answer.clone()).catch(() => undefined)
  return answer
}

/** A picture never changes under its address, so the kept one is as good; without either the page shows its own word. */
async function picture(request: Request): Promise<Response> {
  const cache = await caches.open(PICTURES)
  const kept = await cache.match(request, { ignoreVary: true })
  if (kept) return kept
  const answer = await fetch(request)
  if (answer.ok) {
    // A full disk must not cost the picture that is on the screen.
    await cache.put(request, answer.clone()).catch(() => undefined)
    const all = await cache.keys()
    await Promise.all(all.slice(0, Math.max(0, all.length - PICTURES_KEPT)).map((old) => cache.delete(old)))
  }
  return answer
}
