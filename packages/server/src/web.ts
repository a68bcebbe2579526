import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { securityHeaders } from './platform/security-headers.ts'

interface WebApp {
  dist: string
  /** Where it lives: `/`, or `/name/`. */
  base: string
  /** Reads codes with a library compiled to WebAssembly, which its pages must be allowed to start. */
  wasm?: boolean
}

const dist = (name: string): string => fileURLToPath(new URL(`../../${name}/dist/`, import.meta.url))

/** The built browser programs. Each is one document; unknown paths below its base without an extension get that document too. */
const APPS: readonly WebApp[] = [
  { dist: dist('field'), base: '/field/', wasm: true },
  { dist: dist('citizen'), base: '/citizen/' },
  { dist: dist('console'), base: '/' }
]

/** Addresses that are never a page. */
const MACHINES = /^\/(api|open311|sta|ogc|tiles|VIID)(\/|$)/
/** Files that keep their name from build to build: asked for again each time. All others carry a hash of their content. */
const NAMED = /(sw\.js|\.webmanifest|\.html)$/

/** Serve what is built, each program at its address. A program that was not built is not there. */
export async function serveWeb(http: FastifyInstance): Promise<void> {
  let decorate = true
  for (const app of APPS) {
    if (!existsSync(`${app.dist}index.html`)) continue
    await serveApp(http, app, decorate)
    decorate = false
  }
}

async function serveApp(http: FastifyInstance, { dist: root, base, wasm }: WebApp, decorateReply: boolean): Promise<void> {
  await http.register(fastifyStatic, {
    root,
    prefix: base,
    wildcard: false,
    decorateReply,
    maxAge: '1y',
    immutable: true,
    preCompressed: true,
    index: false,
    setHeaders: (reply, path) => {
      if (NAMED.test(path.replace(/\.(br|gz)$/, ''))) reply.header('cache-control', 'no-cache')
    }
  })
  const policy = wasm ? securityHeaders(http.settings, { wasm: true })['content-security-policy'] : undefined
  const page = (req: FastifyRequest, reply: FastifyReply) => {
    const path = req.url.split('?')[0] ?? ''
    // The router takes both spellings for one; the browser must not, or the program's own addresses would not match.
    if (`${path}/` === base) return reply.redirect(base)
    if (MACHINES.test(path) || /\.[a-z0-9]{1,12}$/i.test(path)) return reply.callNotFound()
    if (policy) reply.header('content-security-policy', policy)
    return reply.header('cache-control', 'no-cache').sendFile('index.html', root, { maxAge: 0, immutable: false })
  }
  const config = { config: { public: true }, schema: { hide: true } }
  http.get(base, config, page)
  http.get(`${base}*`, config, page)
}
