/** Snapshots on disk: read at start in a second or two instead of asking the database for every row. */
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Snapshot, type SnapshotHeader } from '../domain/tiles/snapshot.ts'
import type { DatabaseIdentity, Marks } from '../queries/copy-rows.ts'

const MAGIC = Buffer.from('CYTILES1')
const PIECE = 8 * 1024 * 1024
const MAX_HEADER = 256 * 1024 * 1024

/** What stands before the columns: whose they are, and where the database stood. */
export interface StoredSnapshot extends Marks, DatabaseIdentity {
  layer: string
  version: string
  header: SnapshotHeader
}

export const fileOfLayer = (dataDir: string, layer: string): string => join(dataDir, 'tiles', `${layer}.layer`)

/** Writes beside the old file and puts it in its place when it is whole and on disk. */
export async function writeSnapshot(file: string, stored: StoredSnapshot, block: SharedArrayBuffer): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const part = `${file}.${process.pid}.part`
  const text = Buffer.from(JSON.stringify(stored))
  const head = Buffer.alloc(MAGIC.length + 16)
  MAGIC.copy(head)
  head.writeBigUInt64LE(BigInt(text.length), MAGIC.length)
  head.writeBigUInt64LE(BigInt(block.byteLength), MAGIC.length + 8)
  const handle = await open(part, 'w')
  try {
    await handle.write(head)
    await handle.write(text)
    for (let from = 0; from < block.byteLength; from += PIECE) {
      const piece = Buffer.from(new Uint8Array(block, from, Math.min(PIECE, block.byteLength - from)))
      await handle.write(piece)
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(part, file)
}

/** Reads a file whole, or answers null when there is none or `isUsable` refuses what it says of itself. A broken file is removed. */
export async function readSnapshot(
  file: string,
  isUsable: (stored: StoredSnapshot) => boolean
): Promise<{ stored: StoredSnapshot; snapshot: Snapshot } | null> {
  const handle = await open(file).catch(() => null)
  if (!handle) return null
  try {
    const head = Buffer.alloc(MAGIC.length + 16)
    await handle.read(head, 0, head.length, 0)
    const textLength = Number(head.readBigUInt64LE(MAGIC.length))
    const size = Number(head.readBigUInt64LE(MAGIC.length + 8))
    const { size: whole } = await handle.stat()
    if (!head.subarray(0, MAGIC.length).equals(MAGIC) || textLength > MAX_HEADER || whole !== head.length + textLength + size)
      throw new Error('not a whole snapshot')
    const text = Buffer.alloc(textLength)
    await handle.read(text, 0, textLength, head.length)
    const stored = JSON.parse(text.toString()) as StoredSnapshot
    if (!isUsable(stored)) return null
    const block = new SharedArrayBuffer(size)
    const piece = Buffer.alloc(Math.min(PIECE, Math.max(1, size)))
    for (let from = 0; from < size; from += PIECE) {
      const length = Math.min(PIECE, size - from)
      await handle.read(piece, 0, length, head.length + textLength + from)
      new Uint8Array(block, from, length).set(piece.subarray(0, length))
    }
    return { stored, snapshot: new Snapshot(block, stored.header) }
  } catch {
    await rm(file, { force: true })
    return null
  } finally {
    await handle.close()
  }
}
