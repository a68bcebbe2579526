/** A running server, as commands with `--url` speak to it: as a person with an account there. */
import { STATUS_CODES } from 'node:http'
import { reasonOf } from '../platform/db/faults.ts'
import { AppError } from '../platform/errors.ts'
import { terminalLanguage, UsageError } from './refusal.ts'

/** An access token, or a name with its password where no second factor is asked for. */
export type Account = { token: string } | { username: string; password: string }

export interface Server {
  /** The address, without a stroke at the end. */
  base: string
  /** What says who asks. */
  headers: Readonly<Record<string, string>>
  /** Asks below /api, in the language of the terminal or another. Throws AppError with the code and words of the server, or UNREACHABLE. */
  call(method: string, path: string, body?: object, language?: 'en' | 'zh'): Promise<Response>
}

export const ACCOUNT_HELP = `--url URL                through a running server: the access token of an account there in CHENGYUN_TOKEN,
                           or --username NAME and the password in CHENGYUN_PASSWORD (accounts without a second factor)`

/** Who is meant. Throws UsageError. */
export function accountOf(
  username: string | undefined,
  settings: { CHENGYUN_TOKEN?: string; CHENGYUN_PASSWORD?: string }
): Account {
  if (username !== undefined && settings.CHENGYUN_PASSWORD) return { username, password: settings.CHENGYUN_PASSWORD }
  if (username === undefined && settings.CHENGYUN_TOKEN) return { token: settings.CHENGYUN_TOKEN }
  throw new UsageError('--url needs a token in CHENGYUN_TOKEN, or --username and the password in CHENGYUN_PASSWORD')
}

/** A refusal as the server worded it; an answer that is none of ours says its status. */
export function refusal(status: number, text: string): AppError {
  let said: { code?: string; message?: string; details?: Record<string, unknown> } = {}
  try {
    said = JSON.parse(text) as typeof said
  } catch {
    // Not one of our own answers: its status says what there is to say.
  }
  return new AppError(said.code ?? String(status), status, said.message ?? STATUS_CODES[status] ?? '', said.details)
}

/** Nobody answers there. */
export const unreachable =
  (base: string) =>
  (error: unknown): never => {
    const { cause } = error as { cause?: { code?: string; message?: string } }
    const reason = cause?.code ?? cause?.message ?? reasonOf(error)
    throw new AppError(
      'UNREACHABLE',
      503,
      terminalLanguage() === 'zh' ? `${base} 没有应答（${reason}）` : `${base} does not answer (${reason})`
    )
  }

/** Signs in where there is no token. Throws AppError. */
export async function openServer(url: string, account: Account): Promise<Server> {
  const base = url.replace(/\/$/, '')
  let headers: Record<string, string> = 'token' in account ? { authorization: `Bearer ${account.token}` } : {}
  const call: Server['call'] = async (method, path, body, language = terminalLanguage()) => {
    const answer = await fetch(`${base}/api${path}`, {
      method,
      headers: { 'accept-language': language, ...headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) })
    }).catch(unreachable(base))
    if (answer.ok) return answer
    throw refusal(answer.status, await answer.text())
  }
  if ('username' in account) {
    const signed = await call('POST', '/session', account)
    const { csrfToken } = (await signed.json()) as { csrfToken: string }
    headers = { cookie: signed.headers.getSetCookie()[0]?.split(';')[0] ?? '', 'x-csrf-token': csrfToken }
  }
  return { base, headers, call }
}
