import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { StringDecoder } from 'node:string_decoder'

const LOOKED_AT = 64 << 20
const PIECE = 1 << 20

/** Encoding of a text file: UTF-8 when its first 64 MB are, GBK otherwise — nothing else is met in this field. */
export async function encodingOf(path: string): Promise<'utf-8' | 'gbk'> {
  const file = await open(path)
  try {
    const buffer = Buffer.alloc(PIECE)
    let rest = Buffer.alloc(0)
    for (let at = 0; at < LOOKED_AT; ) {
      const { bytesRead } = await file.read(buffer, 0, PIECE, at)
      if (bytesRead === 0) return isUtf8(rest) ? 'utf-8' : 'gbk'
      at += bytesRead
      const all = Buffer.concat([rest, buffer.subarray(0, bytesRead)])
      // A letter may be cut by the end of the piece, never by a line end.
      const end = all.lastIndexOf(10) + 1
      if (!isUtf8(all.subarray(0, end))) return 'gbk'
      rest = all.subarray(end)
    }
    return 'utf-8'
  } finally {
    await file.close()
  }
}

/** The text of whole lines. Zero characters, which PostgreSQL does not take, are left out. */
export function decodeText(bytes: Uint8Array, encoding: 'utf-8' | 'gbk'): string {
  const text =
    encoding === 'gbk'
      ? new TextDecoder('gbk').decode(bytes)
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  return text.includes('\0') ? text.replaceAll('\0', '') : text
}

/** The text of a file piece by piece, without its byte order mark, with the share read so far. */
export async function* readText(path: string, encoding: 'utf-8' | 'gbk'): AsyncGenerator<{ text: string; share: number }> {
  const { size } = await stat(path)
  const utf8 = new StringDecoder('utf8')
  const gbk = encoding === 'gbk' ? new TextDecoder('gbk') : null
  let read = 0
  for await (const piece of createReadStream(path, { highWaterMark: PIECE })) {
    const bytes = piece as Buffer
    let text = gbk ? gbk.decode(bytes, { stream: true }) : utf8.write(bytes)
    if (read === 0 && text.charCodeAt(0) === 0xfeff) text = text.slice(1)
    read += bytes.length
    if (text.includes('\0')) text = text.replaceAll('\0', '')
    yield { text, share: size === 0 ? 1 : read / size }
  }
  const last = gbk ? gbk.decode() : utf8.end()
  if (last !== '') yield { text: last, share: 1 }
}
