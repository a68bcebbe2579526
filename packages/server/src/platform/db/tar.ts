import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { DatabaseFault } from './faults.ts'

const BLOCK = 512

/**
 * Writes a POSIX tar whose entries may be streams of unknown length: the header goes in first with no size and is written again
 * when the entry has ended. Any `tar` can list and unpack it.
 */
export class TarWriter {
  readonly #file: FileHandle
  readonly #mtime: Date
  #at = 0

  private constructor(file: FileHandle, mtime: Date) {
    this.#file = file
    this.#mtime = mtime
  }

  /** Only the owner may read it: it holds what the database holds. */
  static async create(path: string, mtime: Date): Promise<TarWriter> {
    return new TarWriter(await open(path, 'w', 0o600), mtime)
  }

  async add(name: string, content: AsyncIterable<Uint8Array> | Uint8Array): Promise<number> {
    if (Buffer.byteLength(name) > 100) await this.#addLongName(name)
    const headerAt = this.#at
    await this.#write(header(name, 0, this.#mtime))
    const start = this.#at
    if (content instanceof Uint8Array) await this.#write(content)
    else for await (const chunk of content) await this.#write(chunk)
    const size = this.#at - start
    if (size % BLOCK) await this.#write(Buffer.alloc(BLOCK - (size % BLOCK)))
    await this.#file.write(header(name, size, this.#mtime), 0, BLOCK, headerAt)
    return size
  }

  /** Ends the archive and waits until it is on the disk. */
  async close(): Promise<void> {
    await this.#write(Buffer.alloc(2 * BLOCK))
    await this.#file.sync()
    await this.#file.close()
  }

  async abandon(): Promise<void> {
    await this.#file.close()
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done, this.#at)
      done += bytesWritten
      this.#at += bytesWritten
    }
  }

  async #addLongName(name: string): Promise<void> {
    const body = ` path=${name}\n`
    let length = Buffer.byteLength(body)
    while (length !== Buffer.byteLength(`${length}${body}`)) length = Buffer.byteLength(`${length}${body}`)
    const record = Buffer.from(`${length}${body}`)
    await this.#write(header('PaxHeader', record.length, this.#mtime, 'x'))
    await this.#write(record)
    if (record.length % BLOCK) await this.#write(Buffer.alloc(BLOCK - (record.length % BLOCK)))
  }
}

export interface TarEntry {
  offset: number
  size: number
}

/** The entries of a tar by name, found by hopping from header to header. Throws BACKUP_BROKEN when the chain breaks. */
export async function readTarIndex(path: string): Promise<Map<string, TarEntry>> {
  const file = await open(path, 'r')
  try {
    const entries = new Map<string, TarEntry>()
    const { size: total } = await file.stat()
    const block = Buffer.alloc(BLOCK)
    let longName: string | null = null
    for (let at = 0; ; ) {
      const { bytesRead } = await file.read(block, 0, BLOCK, at)
      if (bytesRead < BLOCK) throw broken(path, 'it ends in the middle')
      if (block.every((byte) => byte === 0)) return entries
      if (checksum(block) !== readNumber(block, 148, 8)) throw broken(path, `byte ${at} is not the header of an entry`)
      const size = readNumber(block, 124, 12)
      const offset = at + BLOCK
      if (offset + size > total) throw broken(path, 'it ends in the middle')
      if (block[156] === 'x'.charCodeAt(0)) {
        const record = Buffer.alloc(size)
        await file.read(record, 0, size, offset)
        longName = /\d+ path=(.*)\n/.exec(record.toString('utf8'))?.[1] ?? null
      } else {
        entries.set(longName ?? text(block, 0, 100), { offset, size })
        longName = null
      }
      at = offset + Math.ceil(size / BLOCK) * BLOCK
    }
  } finally {
    await file.close()
  }
}

export const readTarEntry = (path: string, { offset, size }: TarEntry): Readable =>
  createReadStream(path, { start: offset, end: Math.max(offset, offset + size - 1) })

const broken = (path: string, why: string) =>
  new DatabaseFault('BACKUP_BROKEN', `${path} is not a whole backup: ${why}.`, 'Use another copy of it.')

function header(name: string, size: number, mtime: Date, type = '0'): Buffer {
  const block = Buffer.alloc(BLOCK)
  Buffer.from(name).copy(block, 0, 0, 100)
  block.write('0000600\0', 100)
  block.write('0000000\0', 108)
  block.write('0000000\0', 116)
  writeNumber(block, size, 124, 12)
  writeNumber(block, Math.floor(mtime.getTime() / 1000), 136, 12)
  block.write(type, 156)
  block.write('ustar\x0000', 257)
  block.write(`${checksum(block).toString(8).padStart(6, '0')}\0 `, 148)
  return block
}

/** The sum over a header with its own checksum field read as blanks. */
function checksum(block: Buffer): number {
  let sum = 0
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 0x20 : (block[i] ?? 0)
  return sum
}

/** Octal as POSIX wants it, base 256 (as GNU and others read it) from 8 GiB on. */
function writeNumber(block: Buffer, value: number, at: number, length: number): void {
  const octal = value.toString(8)
  if (octal.length < length) {
    block.write(`${octal.padStart(length - 1, '0')}\0`, at)
    return
  }
  block.writeBigUInt64BE(BigInt(value), at + length - 8)
  block[at] = 0x80
}

function readNumber(block: Buffer, at: number, length: number): number {
  if ((block[at] ?? 0) & 0x80) return Number(block.readBigUInt64BE(at + length - 8))
  return Number.parseInt(text(block, at, length).trim() || '0', 8)
}

function text(block: Buffer, at: number, length: number): string {
  const end = block.indexOf(0, at)
  return block.toString('utf8', at, end >= at && end < at + length ? end : at + length)
}
