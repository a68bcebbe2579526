import type { FieldCase } from '@chengyun/contract/field'

const AT_ONCE = 3
const MOST = 300
const fetched = new Set<string>()
let running = false

/**
 * Fetches the pictures of my cases ahead, a few at a time, so that the photo before is there where the network is not. The service
 * worker keeps them; without one there is nothing to be done.
 */
export function keepPictures(cases: readonly FieldCase[]): void {
  if (running || !navigator.serviceWorker?.controller || !navigator.onLine) return
  const wanted = cases
    .flatMap((c) => [c.thumbnailUrl, ...c.evidence.filter((e) => e.kind === 'image').map((e) => e.shownUrl)])
    .filter((url): url is string => url !== null && !fetched.has(url))
    .slice(0, MOST)
  if (wanted.length === 0) return
  running = true
  const next = async (): Promise<void> => {
    const url = wanted.shift()
    if (!url) return
    const answer = await fetch(url, { credentials: 'same-origin' }).catch(() => null)
    if (answer?.ok) fetched.add(url)
    // The rest waits for the next package when the line is gone.
    if (answer) return next()
  }
  void Promise.all(Array.from({ length: AT_ONCE }, next)).finally(() => {
    running = false
  })
}
