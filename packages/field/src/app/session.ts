import type { SessionView } from '@chengyun/contract/org'
import { setTimeZone } from '@chengyun/ui/format.ts'
import { useSyncExternalStore } from 'react'
import { ApiError, api, setCsrfToken } from './api.ts'

const KEY = 'chengyun.field.session'
const ZONE = 'chengyun.field.zone'

/** Who works on this phone, known without the network; the token of the session itself stays in its cookie. */
export type Person = Pick<SessionView, 'user' | 'posts' | 'permissions'>

/** `person` null: nobody has signed in on this phone. `expired`: known, but the server wants the password again. */
export interface SessionState {
  person: Person | null
  expired: boolean
}

let state: SessionState = { person: stored(), expired: false }
const listeners = new Set<() => void>()

function stored(): Person | null {
  try {
    const text = localStorage.getItem(KEY)
    return text ? (JSON.parse(text) as Person) : null
  } catch {
    return null
  }
}

function set(next: SessionState): void {
  state = next
  for (const l of listeners) l()
}

function enter(view: SessionView): void {
  setCsrfToken(view.csrfToken)
  const person: Person = { user: view.user, posts: view.posts, permissions: view.permissions }
  localStorage.setItem(KEY, JSON.stringify(person))
  set({ person, expired: false })
}

/** The session for a page, renewed when it changes. */
export function useSession(): SessionState {
  return useSyncExternalStore(
    (l) => {
      listeners.add(l)
      return () => listeners.delete(l)
    },
    () => state
  )
}

/** Asks the server whether the session still holds. Without a network everything stays as it was. */
export async function checkSession(): Promise<void> {
  try {
    const view = await api<SessionView>('/session')
    // A second factor or a new password is settled on the sign-in page of the console.
    if (view.pending) return set({ ...state, expired: true })
    enter(view)
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) set({ ...state, expired: state.person !== null })
  }
}

/** Signs in; throws what the server says. */
export async function signIn(input: { username: string; password: string; totp?: string }): Promise<void> {
  const view = await api<SessionView>('/session', { body: input })
  enter(view)
}

/** Forgets the person on this phone; what was not sent stays with that person's own data and is sent when they come back. */
export async function signOut(): Promise<void> {
  await api('/session', { method: 'DELETE' }).catch(() => undefined)
  localStorage.removeItem(KEY)
  navigator.serviceWorker?.controller?.postMessage('forgetPictures')
  set({ person: null, expired: false })
}

/** The server said 401 to something sent in the background. */
export function sessionEnded(): void {
  if (state.person) set({ ...state, expired: true })
}

/** The city's clock for every time shown; remembered for shifts without a network. */
export async function learnTimeZone(): Promise<void> {
  const known = localStorage.getItem(ZONE)
  if (known) setTimeZone(known)
  const city = await api<{ timeZone: string }>('/city').catch(() => null)
  if (!city) return
  localStorage.setItem(ZONE, city.timeZone)
  setTimeZone(city.timeZone)
}
