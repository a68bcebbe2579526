import { lookup as resolve } from 'node:dns'
import http from 'node:http'
import https from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { isPrivateAddress, wrongAddress } from './peer-address.ts'

/**
 * Why there is no answer. `notSent`: it never got there; `unsure`: it may have been taken; `later`: asked to come back; `refused`: said no,
 * and would again; `key`: does not take our api_key, whatever is sent with it; `nonsense`: answered, but not as GeoReport does.
 */
export type FailureKind = 'notSent' | 'unsure' | 'later' | 'refused' | 'key' | 'nonsense'
export class PeerFailure extends Error {
  readonly kind: FailureKind
  readonly status: number | undefined
  readonly retryAfterMs: number | undefined
  constructor(kind: FailureKind, message: string, more: { status?: number; retryAfterMs?: number | undefined } = {}) {
    super(message)
    this.kind = kind
    this.status = more.status
    this.retryAfterMs = more.retryAfterMs
  }
}

export interface Reply {
  status: number
  type: string
  location: string | undefined
  retryAfter: string | undefined
  body: Buffer
}
export interface Request {
  method?: 'GET' | 'POST'
  headers?: Record<string, string>
  body?: string
  timeoutMs: number
  maxBytes: number
  allowPrivate: boolean
}

/** Only addresses of the open internet pass, and exactly the one that was looked at is gone to. */
export const guarded: LookupFunction = (host, options, done) =>
  resolve(host, { ...options, all: true }, (error, found) => {
    const open = error ? [] : found.filter((a) => !isPrivateAddress(a.address))
    const blocked = Object.assign(new Error('指向内网地址，未获允许'), { code: 'EPRIVATE' })
    if (error || open.length === 0) done(error ?? blocked, '', 0)
    else if (options.all) done(null, open)
    else done(null, open[0]!.address, open[0]!.family)
  })

/** One request, without following anybody anywhere. @throws PeerFailure notSent, unsure, nonsense (too large) */
export function send(url: URL, r: Request): Promise<Reply> {
  const wrong = wrongAddress(url.href, r.allowPrivate)
  if (wrong !== undefined) return Promise.reject(new PeerFailure('notSent', `${url.host}：${wrong}`))
  const literal = isIP(url.hostname.replace(/^\[|\]$/g, '')) > 0
  return new Promise<Reply>((answer, fail) => {
    let connected = false
    const signal = AbortSignal.timeout(r.timeoutMs)
    const client = url.protocol === 'https:' ? https : http
    const request = client.request(url, {
      method: r.method ?? 'GET',
      agent: false,
      signal,
      headers: {
        'user-agent': 'chengyun-open311/1',
        'accept-encoding': 'identity',
        ...(r.body !== undefined && { 'content-length': String(Buffer.byteLength(r.body)) }),
        ...r.headers
      },
      ...(!r.allowPrivate && !literal && { lookup: guarded })
    })
    const failed = (error: Error & { code?: string }): void =>
      fail(error instanceof PeerFailure ? error : failureOf(error, connected, signal.aborted, r.timeoutMs))
    request.once('socket', (socket) => socket.once(client === https ? 'secureConnect' : 'connect', () => (connected = true)))
    request.once('error', failed)
    request.once('response', (response) => {
      const chunks: Buffer[] = []
      let size = 0
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        chunks.push(chunk)
        if (size > r.maxBytes) request.destroy(new PeerFailure('nonsense', `回答超过 ${Math.round(r.maxBytes / 1024)} KB`))
      })
      response.once('error', failed)
      response.once('aborted', () => failed(Object.assign(new Error('aborted'), { code: 'ECONNRESET' })))
      response.once('end', () =>
        answer({
          status: response.statusCode ?? 0,
          type: String(response.headers['content-type'] ?? ''),
          location: response.headers.location,
          retryAfter: response.headers['retry-after'],
          body: Buffer.concat(chunks)
        })
      )
    })
    request.end(r.body)
  })
}

function failureOf(error: Error & { code?: string }, connected: boolean, late: boolean, timeoutMs: number): PeerFailure {
  const kind = connected ? 'unsure' : 'notSent'
  if (late) return new PeerFailure(kind, connected ? `超时：${timeoutMs} 毫秒内没有回答` : `超时：${timeoutMs} 毫秒内连不上`)
  const words: Record<string, string> = {
    ECONNREFUSED: '连接被拒绝',
    ENOTFOUND: '域名解析不到',
    EAI_AGAIN: '域名暂时解析不到',
    ECONNRESET: '连接中断',
    EPIPE: '连接中断',
    EHOSTUNREACH: '主机不可达',
    ENETUNREACH: '网络不可达',
    EPRIVATE: '指向内网地址，未获允许',
    CERT_HAS_EXPIRED: '对方证书已过期',
    DEPTH_ZERO_SELF_SIGNED_CERT: '对方证书为自签名',
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: '对方证书无法验证'
  }
  return new PeerFailure(kind, words[error.code ?? ''] ?? error.message.slice(0, 200))
}

const MOST_WAIT_MS = 24 * 3_600_000
/** Retry-After in seconds or as a date, at most a day. */
export function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined
  const seconds = /^\d{1,9}$/.test(header.trim()) ? Number(header) : Number.NaN
  const ms = Number.isNaN(seconds) ? Date.parse(header) - now.getTime() : seconds * 1000
  return Number.isNaN(ms) ? undefined : Math.min(MOST_WAIT_MS, Math.max(0, ms))
}
