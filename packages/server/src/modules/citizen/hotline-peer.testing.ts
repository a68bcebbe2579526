// A 12345 hotline that misbehaves on demand: a real HTTP server, as the other side would run one.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { HOTLINE_HEADERS } from '@chengyun/contract/public'
import { signatureFits } from './domain/hotline-signature.ts'

/** How the next answer goes wrong. `takenThenDrop`: it takes the message and the answer is lost on the way. */
export type Fault = 'ok' | '500' | 'drop' | 'takenThenDrop' | 'timeout' | 'slow' | 'redirect'

export interface Taken {
  orderNo: string
  seq: number
  status: string
  at: string
  caseNo: string
  reason?: string
  result?: string
  deadline?: string
  repeatOf?: string
  attachments?: { url: string }[]
}

export interface Peer {
  url: string
  secret: string
  /** What goes wrong next; default nothing. */
  fault: () => Fault
  /** Every message that arrived whole, repeats included, in order of arrival. */
  arrived: Taken[]
  /** Messages as the peer's own system has them: repeats by (orderNo, seq) dropped. */
  kept(orderNo: string): Taken[]
  badSignatures: number
  list: (day: string) => unknown
  close(): Promise<void>
}

const SLOW_MS = 60
const HANG_MS = 1500

export async function startPeer(): Promise<Peer> {
  const seen = new Set<string>()
  const own: Taken[] = []
  const server = createServer((req, res) => void serve(req, res))
  const signed = (req: IncomingMessage, body: string): boolean => {
    const header = (name: string): string => String(req.headers[name] ?? '')
    return signatureFits(
      peer.secret,
      { timestamp: header(HOTLINE_HEADERS.timestamp), nonce: header(HOTLINE_HEADERS.nonce), body },
      header(HOTLINE_HEADERS.signature)
    )
  }
  const serve = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    let text = ''
    for await (const chunk of req) text += String(chunk)
    const url = req.url ?? '/'
    if (!signed(req, req.method === 'GET' ? url : text)) {
      peer.badSignatures += 1
      res.writeHead(401).end('signature')
      return
    }
    if (req.method === 'GET') {
      const day = new URL(url, 'http://peer').searchParams.get('day') ?? ''
      res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(peer.list(day)))
      return
    }
    const fault = peer.fault()
    if (fault === '500') return void res.writeHead(500).end('down for maintenance')
    if (fault === 'drop') return void req.socket.destroy()
    if (fault === 'redirect') return void res.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()
    if (fault === 'timeout') return void setTimeout(() => res.destroy(), HANG_MS).unref()
    const message = JSON.parse(text) as Taken
    peer.arrived.push(message)
    const key = `${message.orderNo}#${message.seq}`
    if (!seen.has(key)) own.push(message)
    seen.add(key)
    if (fault === 'takenThenDrop') return void req.socket.destroy()
    if (fault === 'slow') await new Promise((resolve) => setTimeout(resolve, SLOW_MS))
    res.writeHead(200).end('{}')
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const peer: Peer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    secret: '',
    fault: () => 'ok',
    arrived: [],
    kept: (orderNo) => own.filter((m) => m.orderNo === orderNo),
    badSignatures: 0,
    list: () => ({ orders: [] }),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      })
  }
  return peer
}

/** Numbers in [0, 1) that are the same in every run (mulberry32). */
export function seeded(seed: number): () => number {
  let a = seed
  return () => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
