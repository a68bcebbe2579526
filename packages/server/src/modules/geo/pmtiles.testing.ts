/** A PMTiles archive (version 3) of one raster tile, made by the letter of the format: for tests that need one without an internet. */

const varint = (n: number): number[] => {
  const out: number[] = []
  let left = n
  while (left > 127) {
    out.push((left % 128) | 128)
    left = Math.floor(left / 128)
  }
  return [...out, left]
}

/** The bytes of an archive that holds `tile` (PNG) at 0/0/0 and nothing else. */
export function archiveOf(tile: Uint8Array, metadata: object = {}): Uint8Array {
  const meta = new TextEncoder().encode(JSON.stringify(metadata))
  // One entry: id 0, run length 1, its length, offset 0 (written plus one).
  const directory = Uint8Array.from([...varint(1), ...varint(0), ...varint(1), ...varint(tile.length), ...varint(1)])
  const header = new DataView(new ArrayBuffer(127))
  new Uint8Array(header.buffer).set(new TextEncoder().encode('PMTiles'))
  header.setUint8(7, 3)
  const long = (at: number, value: number): void => header.setBigUint64(at, BigInt(value), true)
  const rootAt = 127
  const metaAt = rootAt + directory.length
  const tileAt = metaAt + meta.length
  const numbers = [rootAt, directory.length, metaAt, meta.length, tileAt, 0, tileAt, tile.length, 1, 1, 1]
  for (const [i, value] of numbers.entries()) long(8 + i * 8, value)
  header.setUint8(96, 1) // clustered
  header.setUint8(97, 1) // directories not compressed
  header.setUint8(98, 1) // tiles not compressed
  header.setUint8(99, 2) // PNG
  header.setInt32(102, -1_800_000_000, true)
  header.setInt32(106, -850_000_000, true)
  header.setInt32(110, 1_800_000_000, true)
  header.setInt32(114, 850_000_000, true)
  return Uint8Array.from([...new Uint8Array(header.buffer), ...directory, ...meta, ...tile])
}
