/** Tiles of single objects, with exactly the attributes the layer publishes. */
import { TILE_EXTENT } from '@chengyun/contract/geo'
import type { Layer } from './layer.ts'
import { BITS, lowerBound, upperBound } from './mercator.ts'
import type { MvtLayer } from './mvt.ts'
import { NEVER } from './snapshot.ts'
import { CHUNK, type View } from './view.ts'

/** How a layer shows its objects. */
export interface ObjectStyle {
  /** Name of the property that holds the key: `code`, `caseNo`. */
  key: string
  /** Names of the published attributes, in the order of a row's `extra`. */
  fields: readonly string[]
  /** Statuses in which the clock stands still; null for layers without clocks. */
  paused: readonly string[] | null
  /** Show the label as `name`. */
  labels: boolean
}

export type LampState = 'ok' | 'soon' | 'late' | 'paused' | 'done'

/** The lamp of an object at a moment (seconds since 1970). */
export function lampAt(ends: number, soon: number, due: number, isPaused: boolean, at: number): LampState {
  if (ends <= at) return 'done'
  if (isPaused) return 'paused'
  if (due === NEVER) return 'done'
  return at >= due ? 'late' : at >= soon ? 'soon' : 'ok'
}

const buffer = new Int32Array(CHUNK)
/** Properties and values of the object being written. */
let tags = new Int32Array(64)

const encoded = new WeakMap<readonly string[], readonly Uint8Array[]>()
/** The words of a snapshot as they stand in a tile, encoded once. */
function bytesOf(words: readonly string[]): readonly Uint8Array[] {
  const known = encoded.get(words) ?? words.map((word) => Buffer.from(word))
  encoded.set(words, known)
  return known
}

/** Numbers of the texts of classes and statuses in the tile being cut. */
const classNumbers = { of: new Int32Array(256) }
const statusNumbers = { of: new Int32Array(32) }
function unused(numbers: { of: Int32Array }, n: number): Int32Array {
  if (numbers.of.length < n) numbers.of = new Int32Array(n)
  return numbers.of.fill(-1, 0, n)
}

/** A tile of the objects in it. `now` decides lamps, in seconds since 1970. */
export function cutObjects(
  layer: Layer,
  view: View,
  z: number,
  tx: number,
  ty: number,
  style: ObjectStyle,
  now: number,
  out: MvtLayer
): void {
  const { snapshot } = layer
  const { xs, ys, group, groupClass, groupStatus, header, keys, times, labels, extras } = snapshot
  const keyTag = out.key(style.key)
  const classTag = out.key('class')
  const statusTag = out.key('status')
  const lampTag = style.paused ? out.key('lamp') : -1
  const nameTag = style.labels ? out.key('name') : -1
  const fieldTags = style.fields.map((name) => out.key(name))
  const paused = new Set(style.paused ?? [])
  const tagsOfExtra = new Map<string, number[]>()
  // Numbers of the texts in this tile; -1 until one is used.
  const classValues = unused(classNumbers, header.classes.length)
  const statusValues = unused(statusNumbers, header.statuses.length)
  const classWords = bytesOf(header.classes)
  const statusWords = bytesOf(header.statuses)
  const isPaused = header.statuses.map((word) => paused.has(word))
  const scale = TILE_EXTENT / 2 ** (BITS - z)
  const [x0, y0] = [tx * 2 ** (BITS - z), ty * 2 ** (BITS - z)]
  const most = 2 * (5 + style.fields.length)
  if (tags.length < most) tags = new Int32Array(most)
  tags[0] = keyTag
  tags[2] = classTag
  tags[4] = statusTag

  /** Puts the attributes behind the first `n` numbers; answers how many there are then. */
  const tagExtra = (text: string, n: number): number => {
    let found = tagsOfExtra.get(text)
    if (!found) {
      found = []
      const values = JSON.parse(text) as (string | number | boolean | null)[]
      for (const [i, value] of values.entries())
        if (value !== null && fieldTags[i] !== undefined) found.push(fieldTags[i], out.value(value))
      tagsOfExtra.set(text, found)
    }
    tags.set(found, n)
    return n + found.length
  }

  const from = lowerBound(xs, ys, z, tx, ty, 0, snapshot.n)
  const to = upperBound(xs, ys, z, tx, ty, from, snapshot.n)
  const isPlain = lampTag < 0 && nameTag < 0 && (extras === null || fieldTags.length === 0)
  // The same text of the snapshot is decoded once.
  const extraTexts = new Map<number, string>()
  for (let start = from; start < to; start += CHUNK) {
    const found = view.collect(start, Math.min(start + CHUNK, to), buffer)
    for (let k = 0; k < found; k++) {
      const i = buffer[k]!
      const g = group[i]!
      const c = groupClass[g]!
      const s = groupStatus[g]!
      if (classValues[c]! < 0) classValues[c] = out.textBytes(classWords[c]!, 0, classWords[c]!.length)
      if (statusValues[s]! < 0) statusValues[s] = out.textBytes(statusWords[s]!, 0, statusWords[s]!.length)
      tags[1] =
        keys.kind === 'number'
          ? out.code(keys.hi[i]!, keys.lo[i]! | 0)
          : out.textBytes(keys.bytes as Uint8Array, keys.offsets[i]!, keys.offsets[i + 1]! - keys.offsets[i]!)
      tags[3] = classValues[c]!
      tags[5] = statusValues[s]!
      let n = 6
      if (!isPlain) {
        if (lampTag >= 0 && times) {
          tags[n++] = lampTag
          tags[n++] = out.text(lampAt(times.ends[i]!, times.soon[i]!, times.due[i]!, isPaused[s]!, now))
        }
        if (nameTag >= 0 && labels && labels.ids[i] !== 0) {
          const id = labels.ids[i]!
          tags[n++] = nameTag
          tags[n++] = out.textBytes(labels.bytes, labels.offsets[id]!, labels.offsets[id + 1]! - labels.offsets[id]!)
        }
        if (extras && extras.ids[i] !== 0 && fieldTags.length > 0) {
          const id = extras.ids[i]!
          let text = extraTexts.get(id)
          if (text === undefined) {
            text = Buffer.from(extras.bytes.subarray(extras.offsets[id]!, extras.offsets[id + 1]!)).toString()
            extraTexts.set(id, text)
          }
          n = tagExtra(text, n)
        }
      }
      out.pointWith(tags, n, Math.floor((xs[i]! - x0) * scale) | 0, Math.floor((ys[i]! - y0) * scale) | 0)
    }
  }
  const shift = BITS - z
  for (let slot = 0; slot < layer.rows.length; slot++) {
    const [x, y] = [layer.rowX[slot]!, layer.rowY[slot]!]
    if (x >>> shift !== tx || y >>> shift !== ty || !view.seesSlot(slot)) continue
    const row = layer.rows[slot]!
    tags[1] = out.text(row.key)
    tags[3] = out.text(row.class)
    tags[5] = out.text(row.status)
    let n = 6
    if (lampTag >= 0) {
      tags[n++] = lampTag
      tags[n++] = out.text(lampAt(row.ends, row.soon, row.due, paused.has(row.status), now))
    }
    if (nameTag >= 0 && row.label !== '') {
      tags[n++] = nameTag
      tags[n++] = out.text(row.label)
    }
    if (row.extra !== '' && fieldTags.length > 0) n = tagExtra(row.extra, n)
    out.pointWith(tags, n, Math.floor((x - x0) * scale), Math.floor((y - y0) * scale))
  }
}
