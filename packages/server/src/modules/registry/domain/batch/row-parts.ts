import type { ItemGeometry } from '@chengyun/contract/registry'
import { compileCheck } from '../check-item.ts'
import { packGeometry } from '../geometry.ts'
import { toDegreesFrom } from './crs.ts'
import { itemGeometry, parseWkt, type RawGeometry } from './geometry.ts'
import type { Column, RowContext } from './row.ts'
import { type RowFault, rowFault } from './row-faults.ts'
import { type CellReader, cellReader, isBlank, readNumber } from './values.ts'

const KINDS = {
  point: { zh: '点', en: 'a point' },
  line: { zh: '线', en: 'a line' },
  polygon: { zh: '面', en: 'an area' },
  any: { zh: '点、线或面', en: 'a point, a line or an area' },
  none: { zh: '空', en: 'left out' }
}

/** Where an item of a row lies. */
export interface Placed {
  lng: number | null
  lat: number | null
  shape: Uint8Array | null
  grid: string | null
}
const NOWHERE: Placed = { lng: null, lat: null, shape: null, grid: null }

/** Reads the place of a row: the geometry of the file, WKT, or coordinates in two columns. */
export function compilePlace(context: RowContext, columns: readonly Column[]) {
  const { declaration: d, options, crs } = context
  const degrees = toDegreesFrom(crs)
  const indexOf = (to: string): number => columns.find((c) => c.to === to)?.index ?? -1
  const [lngAt, latAt, wktAt] = [indexOf('lng'), indexOf('lat'), indexOf('wkt')]
  const fault = (faults: RowFault[], rule: Parameters<typeof rowFault>[1], value = ''): Placed => {
    faults.push(rowFault('place', rule, { value, crs }, KINDS[d.geometry]))
    return NOWHERE
  }

  const rawOf = (cells: readonly string[], faults: RowFault[]): RawGeometry | null => {
    const wkt = wktAt < 0 ? '' : (cells[wktAt] ?? '').trim()
    if (!isBlank(wkt)) {
      const parsed = parseWkt(wkt)
      if (!parsed) fault(faults, 'notANumber', wkt)
      return parsed
    }
    if (lngAt < 0 || latAt < 0) return null
    const [x, y] = [cells[lngAt] ?? '', cells[latAt] ?? '']
    if (isBlank(x.trim()) || isBlank(y.trim())) return null
    const at = [readNumber(x), readNumber(y)]
    if (Number.isNaN(at[0]) || Number.isNaN(at[1])) {
      fault(faults, 'notANumber', Number.isNaN(at[0]) ? x : y)
      return null
    }
    return { type: 'Point', coordinates: at }
  }

  return (cells: readonly string[], own: RawGeometry | null | undefined, faults: RowFault[]): Placed => {
    if (d.geometry === 'none') return NOWHERE
    const before = faults.length
    const raw = own === undefined || own === null ? rawOf(cells, faults) : own
    if (faults.length > before) return NOWHERE
    if (raw === null) return d.placeOptional ? NOWHERE : fault(faults, 'nullGeometry')
    const geometry: ItemGeometry | string = itemGeometry(raw, degrees)
    if (typeof geometry === 'string') {
      if (geometry === 'nullGeometry' && d.placeOptional) return NOWHERE
      return fault(faults, geometry as 'geometry', JSON.stringify(raw.coordinates).slice(0, 60))
    }
    const packed = packGeometry(geometry)
    if (packed === null || (d.geometry !== 'any' && d.geometry !== packed.kind)) return fault(faults, 'geometry')
    const grid = context.locate(packed.lng, packed.lat)
    // Codes hold the county: such an item cannot be kept without one.
    const keep =
      options.outside === 'keep' &&
      d.code.rule !== 'component' &&
      !(d.code.rule === 'sequence' && d.code.prefix.includes('{county}'))
    if (grid === null && !keep) return fault(faults, 'outside', `${packed.lng},${packed.lat}`)
    return { lng: packed.lng, lat: packed.lat, shape: packed.shape, grid }
  }
}

/** Reads the attributes of a row and holds them against the declaration. */
export function compileAttributes(context: RowContext, columns: readonly Column[]) {
  const { declaration: d, mapping, options, offset, today } = context
  const check = compileCheck(d)
  const byKey = new Map(d.attributes.map((a) => [a.key, a]))
  const own = columns.flatMap((c) => {
    const a = c.to.startsWith('attr.') ? byKey.get(c.to.slice(5)) : undefined
    return a ? [{ key: a.key, index: c.index, words: c.words, read: cellReader(a, offset, c.words, c.factor) as CellReader }] : []
  })
  const defaults = Object.entries(mapping.defaults ?? {}).flatMap(([to, value]) => {
    const a = to.startsWith('attr.') ? byKey.get(to.slice(5)) : undefined
    return a ? [[a.key, cellReader(a, offset, new Map())(value)] as const] : []
  })
  const dated = byKey.get('initialDate')?.type === 'date'

  return (cells: readonly string[], faults: RowFault[]): { attributes: Record<string, unknown>; blanked: number } => {
    const out: Record<string, unknown> = {}
    for (const { key, index, words, read } of own) {
      const cell = (cells[index] ?? '').trim()
      const word = words.get(cell)
      if (word === '' || (word === undefined && isBlank(cell))) continue
      const value = read(cell)
      if (value === '' || (Array.isArray(value) && value.length === 0)) continue
      const before = out[key]
      out[key] = typeof before === 'string' && typeof value === 'string' ? `${before} ${value}` : value
    }
    for (const [key, value] of defaults) if (out[key] === undefined) out[key] = value
    if (dated && out.initialDate === undefined) out.initialDate = today
    const found = check(out)
    let blanked = 0
    for (const fault of found) {
      if (options.faulty === 'blank' && out[fault.field] !== undefined && !byKey.get(fault.field)?.required) {
        delete out[fault.field]
        blanked += 1
      } else faults.push(fault)
    }
    return { attributes: out, blanked }
  }
}
