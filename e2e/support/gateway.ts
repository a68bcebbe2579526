import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { request } from '@playwright/test'

/** Key of the signatures between the product and this gateway. */
export const SMS_SECRET = 'secret-of-the-journeys-gateway'

/** The last code sent to each number. */
const codes = new Map<string, string>()

/**
 * The message gateway of the journeys: takes what the product posts to its webhook, and tells the journey what a telephone would have shown
 * (GET /<number>). Answers its address and the way to stop it. `CHENGYUN_E2E_SMS_PORT` fixes the port for a server that already runs.
 */
export async function startGateway(): Promise<{ url: string; stop(): void }> {
  const server = createServer((req, res) => {
    if (req.method === 'GET') return res.end(codes.get(req.url?.slice(1) ?? '') ?? '')
    const chunks: Buffer[] = []
    req.on('data', (chunk: Buffer) => chunks.push(chunk))
    req.on('end', () => {
      const { phone, code } = JSON.parse(Buffer.concat(chunks).toString()) as { phone: string; code: string }
      codes.set(phone, code)
      res.writeHead(204).end()
    })
  })
  const port = Number(process.env.CHENGYUN_E2E_SMS_PORT ?? 0)
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, stop: () => void server.close() }
}

/** The code that came to a number. */
export async function codeFor(phone: string): Promise<string> {
  const http = await request.newContext({ baseURL: process.env.CHENGYUN_E2E_SMS ?? '' })
  try {
    return await (await http.get(`/${phone}`)).text()
  } finally {
    await http.dispose()
  }
}
