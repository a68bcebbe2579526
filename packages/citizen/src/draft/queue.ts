import { useEffect, useState, useSyncExternalStore } from 'react'
import { currentLanguage } from '../i18n.ts'
import { fileWaiting, type Outcome } from './file.ts'
import { type Draft, type Kept, listDrafts, listKept } from './store.ts'

/** Without the event of a returning network some browsers would wait for ever. */
const RETRY_MS = 30_000

const listeners = new Set<() => void>()
let state: { drafts: Draft[]; kept: Kept[]; isLoaded: boolean } = { drafts: [], kept: [], isLoaded: false }
let lastFiled: Extract<Outcome, { kind: 'filed' }> | null = null
let isBusy = false

/** Reads drafts and filed reports anew and redraws whoever shows them. */
export async function refreshQueue(): Promise<void> {
  const [drafts, kept] = await Promise.all([listDrafts(), listKept()])
  state = { drafts, kept, isLoaded: true }
  for (const listener of listeners) listener()
}

/** Tries everything that waits; quiet when nothing does. */
export async function flushQueue(): Promise<void> {
  if (isBusy) return
  isBusy = true
  try {
    const outcomes = await fileWaiting(currentLanguage() === 'zh' ? 'zh-CN' : 'en')
    for (const outcome of outcomes) if (outcome.kind === 'filed') lastFiled = outcome
    if (outcomes.length > 0) await refreshQueue()
  } finally {
    isBusy = false
  }
}

/** Asks the browser to wake the service worker when the network is back; silently left out where it cannot. */
export async function askForSync(): Promise<void> {
  const registration = (await navigator.serviceWorker?.ready) as
    | (ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } })
    | undefined
  await registration?.sync?.register('file-drafts').catch(() => undefined)
}

/** Starts filing by itself: now, when the network returns, when the app is looked at again, and every half minute. */
export function startQueue(): void {
  void refreshQueue().then(flushQueue)
  addEventListener('online', () => void flushQueue())
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void refreshQueue().then(flushQueue)
  })
  navigator.serviceWorker?.addEventListener('message', () => void refreshQueue())
  setInterval(() => {
    if (state.drafts.some((d) => d.state === 'waiting')) void flushQueue()
  }, RETRY_MS)
}

/** Drafts and filed reports of this device. */
export function useQueue(): typeof state {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => state
  )
}

/** The report that went out by itself last, to be told once. */
export function takeLastFiled(): Kept | null {
  const kept = lastFiled?.kept ?? null
  lastFiled = null
  return kept
}

/** Whether the browser believes to have a network. */
export function useOnline(): boolean {
  const [isOnline, setOnline] = useState(navigator.onLine)
  useEffect(() => {
    const update = () => setOnline(navigator.onLine)
    addEventListener('online', update)
    addEventListener('offline', update)
    return () => {
      removeEventListener('online', update)
      removeEventListener('offline', update)
    }
  }, [])
  return isOnline
}
