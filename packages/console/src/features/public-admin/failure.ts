/** Why the other side did not take a message, as a key of the words and the number of HTTP in it. */
export interface Failure {
  key: 'timeout' | 'refused' | 'unreachable' | 'unknownHost' | 'tls' | 'server' | 'signature' | 'redirect' | 'format' | 'other'
  status?: number
}

const NETWORK: [RegExp, Failure['key']][] = [
  [/^timeout$/, 'timeout'],
  [/ECONNREFUSED|ECONNRESET|bad port|other side closed|UND_ERR_SOCKET/, 'unreachable'],
  [/EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|CONNECT_TIMEOUT/, 'unreachable'],
  [/ENOTFOUND|EAI_AGAIN/, 'unknownHost'],
  [/CERT|certificate|SSL|TLS/i, 'tls'],
  [/redirect/, 'redirect'],
  [/^the answer is not|JSON/, 'format']
]

/** Reads what the delivery kept of a failed try. */
export function failureOf(text: string): Failure {
  const http = /^HTTP (\d{3})/.exec(text)
  if (http) {
    const status = Number(http[1])
    if (status === 401 || status === 403) return { key: 'signature', status }
    return { key: status >= 500 ? 'server' : 'refused', status }
  }
  return { key: NETWORK.find(([pattern]) => pattern.test(text))?.[1] ?? 'other' }
}
