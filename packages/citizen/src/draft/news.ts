import type { Follows } from '@chengyun/contract/public'
import { useSyncExternalStore } from 'react'
import { listFollows } from '../api/public.ts'
import { readSeen, readSession, saveSeen } from './store.ts'

type Followed = Follows['items'][number]

/** Asked again at most so often, while the app is looked at. */
const AGAIN_MS = 120_000

const listeners = new Set<() => void>()
let fresh: ReadonlySet<string> = new Set()
let askedAt = 0

/** What a followed report or area looks like; another stamp than last time is news. */
const stampOf = (item: Followed): string => item.reports.map((r) => `${r.caseNo}:${r.progress}`).join(' ')

function tell(next: ReadonlySet<string>): void {
  fresh = next
  for (const listener of listeners) listener()
}

/** Which of these changed since they were last looked at on this device. What is followed since then begins without news. */
export async function newsOf(items: readonly Followed[]): Promise<Set<string>> {
  const seen = await readSeen()
  return new Set(items.filter((i) => seen[i.id] !== undefined && seen[i.id] !== stampOf(i)).map((i) => i.id))
}

/** The person has them before the eyes: no news any longer. */
export async function lookedAt(items: readonly Followed[]): Promise<void> {
  await saveSeen(Object.fromEntries(items.map((i) => [i.id, stampOf(i)])))
  tell(new Set())
}

/** Asks the server whether anything followed has moved; quiet without a signed-in number, and when it cannot be reached. */
export async function checkNews(): Promise<void> {
  if (Date.now() - askedAt < AGAIN_MS || !(await readSession())) return
  askedAt = Date.now()
  try {
    const { items } = await listFollows()
    const known = await readSeen()
    await saveSeen({ ...Object.fromEntries(items.map((i) => [i.id, stampOf(i)])), ...known })
    tell(await newsOf(items))
  } catch {
    // The next look at the app asks again.
    askedAt = 0
  }
}

/** How many followed reports and areas have news. */
export function useNews(): number {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => fresh.size
  )
}
