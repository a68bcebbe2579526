/** Tiles of single objects, with exactly the attributes the layer publishes. */
import { TILE_EXTENT } from '@chengyun/contract/geo'
import { writeDigits } from './keys.ts'
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
const digits = new Uint8Array(24)

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
  const classes = header.classes.map((code) => ({ code, value: -1 }))
  const statuses = header.statuses.map((word) => ({ word, value: -1, isPaused: paused.has(word) }))
  const scale = TILE_EXTENT / 2 ** (BITS - z)
  const [x0, y0] = [tx * 2 ** (BITS - z), ty * 2 ** (BITS - z)]

  const tagExtra = (text: string): void => {
    let tags = tagsOfExtra.get(text)
    if (!tags) {
      tags = []
      const values = JSON.parse(text) as (string | number | boolean | null)[]
      for (const [i, value] of values.entries())
        if (value !== null && fieldTags[i] !== undefined) tags.push(fieldTags[i], out.value(value))
      tagsOfExtra.set(text, tags)
    }
    for (let i = 0; i < tags.length; i += 2) out.tag(tags[i]!, tags[i + 1]!)
  }

  const from = lowerBound(xs, ys, z, tx, ty, 0, snapshot.n)
  const to = upperBound(xs, ys, z, tx, ty, from, snapshot.n)
  // The same text of the snapshot is decoded once.
  const extraTexts = new Map<number, string>()
  for (let start = from; start < to; start += CHUNK) {
    const found = view.collect(start, Math.min(start + CHUNK, to), buffer)
    for (let k = 0; k < found; k++) {
      const i = buffer[k]!
      const g = group[i]!
      const classValue = classes[groupClass[g]!]!
      if (classValue.value < 0) classValue.value = out.text(classValue.code)
      const status = statuses[groupStatus[g]!]!
      if (status.value < 0) status.value = out.text(status.word)
      const key =
        keys.kind === 'number'
          ? out.textBytes(digits, 0, writeDigits(digits, 0, keys.hi[i]!, keys.lo[i]!))
          : out.textBytes(keys.bytes as Uint8Array, keys.offsets[i]!, keys.offsets[i + 1]! - keys.offsets[i]!)
      out.begin()
      out.tag(keyTag, key)
      out.tag(classTag, classValue.value)
      out.tag(statusTag, status.value)
      if (lampTag >= 0 && times)
        out.tag(lampTag, out.text(lampAt(times.ends[i]!, times.soon[i]!, times.due[i]!, status.isPaused, now)))
      if (nameTag >= 0 && labels && labels.ids[i] !== 0) {
        const id = labels.ids[i]!
        out.tag(nameTag, out.textBytes(labels.bytes, labels.offsets[id]!, labels.offsets[id + 1]! - labels.offsets[id]!))
      }
      if (extras && extras.ids[i] !== 0 && fieldTags.length > 0) {
        const id = extras.ids[i]!
        let text = extraTexts.get(id)
        if (text === undefined) {
          text = Buffer.from(extras.bytes.subarray(extras.offsets[id]!, extras.offsets[id + 1]!)).toString()
          extraTexts.set(id, text)
        }
        tagExtra(text)
      }
      out.point(Math.floor((xs[i]! - x0) * scale), Math.floor((ys[i]! - y0) * scale))
    }
  }
  const shift = BITS - z
  for (let slot = 0; slot < layer.rows.length; slot++) {
    const [x, y] = [layer.rowX[slot]!, layer.rowY[slot]!]
    if (x >>> shift !== tx || y >>> shift !== ty || !view.seesSlot(slot)) continue
    const row = layer.rows[slot]!
    out.begin()
    out.tag(keyTag, out.text(row.key))
    out.tag(classTag, out.text(row.class))
    out.tag(statusTag, out.text(row.status))
    if (lampTag >= 0) out.tag(lampTag, out.text(lampAt(row.ends, row.soon, row.due, paused.has(row.status), now)))
    if (nameTag >= 0 && row.label !== '') out.tag(nameTag, out.text(row.label))
    if (row.extra !== '' && fieldTags.length > 0) tagExtra(row.extra)
    out.point(Math.floor((x - x0) * scale), Math.floor((y - y0) * scale))
  }
}
