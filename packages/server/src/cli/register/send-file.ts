import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { basename } from 'node:path'
import { pipeline } from 'node:stream/promises'

const PIECE = 1 << 20

/** What a server answered. */
export interface Answer {
  status: number
  text: string
}

/**
 * Sends a file as multipart/form-data (field `file`), as it lies on the disk: a form of fetch would take its hundreds of megabytes through the
 * program piece by small piece. A refusal before the last byte is an answer like any other; throws when there is none.
 */
export async function sendFile(url: string, headers: Readonly<Record<string, string>>, path: string): Promise<Answer> {
  const boundary = `chengyun-${randomUUID()}`
  // Browsers write a file's name the same way (WHATWG HTML, multipart/form-data encoding algorithm).
  const name = basename(path).replaceAll('\n', '%0A').replaceAll('\r', '%0D').replaceAll('"', '%22')
  const head = Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: application/octet-stream\r\n\r\n`
  )
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`)
  const { size } = await stat(path)
  const request = (url.startsWith('https:') ? httpsRequest : httpRequest)(url, {
    method: 'POST',
    headers: {
      ...headers,
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': head.length + size + tail.length
    }
  })
  const answer = answered(request)
  request.write(head)
  // Whoever refuses early closes the connection: what counts is the answer.
  const sending = pipeline(createReadStream(path, { highWaterMark: PIECE }), request, { end: false })
    .then(() => request.end(tail))
    .catch(() => undefined)
  try {
    return await answer
  } finally {
    request.destroy()
    await sending
  }
}

function answered(request: ClientRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request.once('error', reject)
    request.once('response', (response: IncomingMessage) => {
      let text = ''
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece
      })
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text }))
      response.once('error', reject)
    })
  })
}
