import type {
  CaptchaAnswer,
  CaptchaView,
  CitizenCase,
  CitizenCaseLine,
  CitizenOptions,
  CitizenSession,
  FollowRequest,
  Follows,
  PublicComponent,
  PublicMap,
  RatingRequest,
  SimilarReport,
  Suggestions
} from '@chengyun/contract/public'
import { authorization } from '../draft/file.ts'
import { deviceId, readSession, saveSession } from '../draft/store.ts'
import { currentLanguage } from '../i18n.ts'
import { ApiError, query, type SendOptions, send } from './client.ts'

async function ask<T>(path: string, options: SendOptions = {}, trackingCode?: string): Promise<T> {
  const language = currentLanguage() === 'zh' ? 'zh-CN' : 'en'
  const headers = { ...(trackingCode ? { 'x-tracking-code': trackingCode } : {}), ...options.headers }
  try {
    return await send<T>(`/public${path}`, { ...options, language, headers: { ...(await authorization()), ...headers } })
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 401 && (await readSession()))) throw error
    // A session that ended on the server ends here too; a tracking code opens its report without one.
    await saveSession(null)
    if (trackingCode === undefined) throw error
    return send<T>(`/public${path}`, { ...options, language, headers })
  }
}

const OPTIONS_KEY = 'chengyun.citizen.options'
let options: Promise<CitizenOptions> | undefined

/** The options as they were last known, for the first drawing and for days without network. */
export function knownOptions(): CitizenOptions | null {
  try {
    const text = localStorage.getItem(OPTIONS_KEY)
    return text ? (JSON.parse(text) as CitizenOptions) : null
  } catch {
    return null
  }
}

/** What the app must know of this city; asked once, kept for the next start. */
export function readOptions(): Promise<CitizenOptions> {
  options ??= ask<CitizenOptions>('/options')
    .then((found) => {
      try {
        localStorage.setItem(OPTIONS_KEY, JSON.stringify(found))
      } catch {
        // Only the next start without network is the poorer for it.
      }
      return found
    })
    .catch((error: unknown) => {
      options = undefined
      const known = knownOptions()
      if (known) return known
      throw error
    })
  return options
}

/** Class and place of the component with this code on its plate. */
export const readComponent = (code: string) => ask<PublicComponent>(`/components/${code}`)

export const readCaptcha = () => ask<CaptchaView>('/captcha')

export const suggest = (text: string, signal: AbortSignal) => ask<Suggestions>('/suggest', { body: { text }, signal })

export const listSimilar = (at: { lng: number; lat: number; crs: string; classCode?: string | undefined }) =>
  ask<{ items: SimilarReport[]; withinM: number }>(`/similar${query(at)}`)

export const sayMeToo = async (caseNo: string) =>
  ask<{ meToo: number; counted: boolean }>(`/reports/${caseNo}/me-too`, { body: { deviceId: await deviceId() } })

export const sendCode = async (phone: string, captcha?: CaptchaAnswer) =>
  ask<{ expiresAt: string; againAt: string }>('/codes', {
    body: { phone, deviceId: await deviceId(), ...(captcha ? { captcha } : {}) }
  })

/** Signs a telephone number in on this device. */
export async function signIn(phone: string, code: string, consent: string): Promise<CitizenSession> {
  const session = await ask<CitizenSession>('/sessions', { body: { phone, code, deviceId: await deviceId(), consent } })
  await saveSession(session)
  return session
}

/** Ends the session here and on the server; ends here even when the server cannot be told. */
export async function signOut(): Promise<void> {
  await ask('/sessions', { method: 'DELETE' }).catch(() => undefined)
  await saveSession(null)
}

/** Withdraws the consent: the server forgets number, sessions and follows of whoever is signed in. */
export async function withdraw(): Promise<void> {
  if (await readSession()) await ask('/account', { method: 'DELETE' })
}

/** One report by its number; with its tracking code as its reporter. */
export const readProgress = (caseNo: string, trackingCode?: string) => ask<CitizenCase>(`/reports/${caseNo}`, {}, trackingCode)

/** The report a tracking code opens. */
export const findByCode = (trackingCode: string) => ask<CitizenCase>('/progress', {}, trackingCode)

export const listMine = () => ask<{ items: CitizenCaseLine[] }>('/mine')

export const rate = (caseNo: string, rating: RatingRequest, trackingCode?: string) =>
  ask<CitizenCase>(`/reports/${caseNo}/rating`, { body: rating }, trackingCode)

export const askReopen = async (caseNo: string, reason: string, trackingCode?: string) =>
  ask<CitizenCase>(`/reports/${caseNo}/reopen-request`, { body: { reason, deviceId: await deviceId() } }, trackingCode)

export const listFollows = () => ask<Follows>('/follows')
export const follow = (what: FollowRequest) => ask<unknown>('/follows', { body: what })
export const unfollow = (id: string) => ask<unknown>(`/follows/${id}`, { method: 'DELETE' })

export const readMap = (bbox: readonly number[], days: number, signal: AbortSignal) =>
  ask<PublicMap>(`/map${query({ bbox: bbox.map((n) => n.toFixed(5)).join(','), days })}`, { signal })
