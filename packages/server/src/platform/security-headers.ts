import type { IncomingMessage, ServerResponse } from 'node:http'
import helmet from 'helmet'
import { baseLayerOrigins } from './base-layers.ts'
import type { Settings } from './settings.ts'

/**
 * The headers helmet gives every answer, worked out once: they are the same for all, and asking helmet again for each request was a
 * twentieth of the time of a transition.
 */
export function securityHeaders(settings: Settings, allow: { wasm?: boolean } = {}): Record<string, string> {
  const maps = baseLayerOrigins(settings)
  const middleware = helmet({
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'", ...(allow.wasm ? ["'wasm-unsafe-eval'"] : [])],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:', ...maps],
        mediaSrc: ["'self'", 'blob:'],
        fontSrc: ["'self'", 'data:'],
        workerSrc: ["'self'", 'blob:'],
        connectSrc: ["'self'", ...maps],
        frameAncestors: ["'none'"],
        formAction: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        // A trial runs on plain HTTP in a local network: browsers must not be told to upgrade.
        upgradeInsecureRequests: null
      }
    },
    hsts: settings.CHENGYUN_PUBLIC_URL?.startsWith('https') ? { maxAge: 31_536_000 } : false,
    crossOriginEmbedderPolicy: false,
    referrerPolicy: { policy: 'same-origin' }
  })
  const headers: Record<string, string> = {}
  const answer = {
    setHeader: (name: string, value: string) => {
      headers[name.toLowerCase()] = value
    },
    removeHeader: () => undefined
  }
  middleware({} as IncomingMessage, answer as unknown as ServerResponse, (fault?: unknown) => {
    if (fault) throw fault
  })
  return headers
}
