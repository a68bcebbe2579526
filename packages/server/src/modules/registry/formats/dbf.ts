import { isUtf8 } from 'node:buffer'
import type { FileHandle } from 'node:fs/promises'
import { BrokenFile } from './types.ts'

interface Field {
  name: string
  type: string
  from: number
  length: number
}

/** The head of a dBASE table: how many records, where they begin, what they hold. */
export interface DbfHead {
  records: number
  start: number
  recordSize: number
  fields: Field[]
  encoding: 'utf-8' | 'gbk'
}

/** The encoding a .cpg names; null when it says none that is met here. */
export function encodingNamed(cpg: string): 'utf-8' | 'gbk' | null {
  const name = cpg.trim().toUpperCase()
  if (/^(UTF-?8|65001)$/.test(name)) return 'utf-8'
  return /^(GBK|GB2312|GB18030|(CP|ANSI |OEM )?936)$/.test(name) ? 'gbk' : null
}

/** Reads the head. Without a word of its encoding the first records tell. Throws BrokenFile. */
export async function readDbfHead(file: FileHandle, named: 'utf-8' | 'gbk' | null): Promise<DbfHead> {
  const head = Buffer.alloc(65_536)
  const { bytesRead } = await file.read(head, 0, head.length, 0)
  if (bytesRead < 33) throw new BrokenFile('the .dbf is too short')
  const [records, start, recordSize] = [head.readUInt32LE(4), head.readUInt16LE(8), head.readUInt16LE(10)]
  if (start < 33 || start > bytesRead || recordSize < 1) throw new BrokenFile('the .dbf has no sound head')
  const probe = head.subarray(start, Math.min(bytesRead, start + recordSize * 200))
  const names: Buffer[] = []
  for (let at = 32; at + 32 <= start && head[at] !== 0x0d; at += 32) names.push(head.subarray(at, at + 11))
  // Language driver 0x4D is code page 936.
  const encoding = named ?? (head[29] === 0x4d ? 'gbk' : isUtf8(cut(probe)) && isUtf8(Buffer.concat(names)) ? 'utf-8' : 'gbk')
  const decoder = new TextDecoder(encoding)
  let from = 1
  const fields = names.map((bytes, i): Field => {
    const at = 32 + i * 32
    const end = bytes.indexOf(0)
    const length = head[at + 16] as number
    from += length
    return {
      name: decoder.decode(end < 0 ? bytes : bytes.subarray(0, end)).trim(),
      type: String.fromCharCode(head[at + 11] as number),
      from: from - length,
      length
    }
  })
  return { records, start, recordSize, fields, encoding }
}

/** Without what may be a letter cut in two at the end. */
const cut = (bytes: Buffer): Buffer => bytes.subarray(0, Math.max(0, bytes.lastIndexOf(0x20) + 1))

/** The cells of a record, and whether it is deleted. */
export function readDbfRecord(
  head: DbfHead,
  decoder: { decode(bytes: Uint8Array): string },
  bytes: Buffer,
  at: number
): { cells: string[]; deleted: boolean } {
  const cells = head.fields.map(({ from, length, type }) => {
    const piece = bytes.subarray(at + from, at + from + length)
    let plain = true
    for (let i = 0; i < piece.length; i++) {
      const c = piece[i] as number
      if (c > 127 || c === 0) plain = false
    }
    const text = (plain ? piece.toString('latin1') : decoder.decode(piece).replace(/\0.*$/s, '')).trim()
    if (type === 'D' && /^\d{8}$/.test(text)) return `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`
    if (type === 'L') return /^[YyTt]$/.test(text) ? 'true' : /^[NnFf]$/.test(text) ? 'false' : ''
    // Numbers that did not fit are written as stars.
    return type !== 'C' && /^\*+$/.test(text) ? '' : text
  })
  return { cells, deleted: bytes[at] === 0x2a }
}
