import type { BatchOptions, BatchScope, FileMapping, ItemClass, RegisterDeclaration } from '@chengyun/contract/registry'
import { COLUMN_LABELS, faultOf } from '../check-item.ts'
import { isCode, parseComponentCode } from '../codes.ts'
import { termsOf } from '../terms.ts'
import type { RawGeometry } from './geometry.ts'
import { type RowFault, rowFault } from './row-faults.ts'
import { compileAttributes, compilePlace } from './row-parts.ts'
import { fold, isBlank } from './values.ts'

/** What a row is held against. */
export interface RowContext {
  declaration: RegisterDeclaration
  columns: readonly string[]
  mapping: FileMapping
  options: BatchOptions
  scope: BatchScope
  crs: string
  classes: readonly ItemClass[]
  /** Units by folded code, key and names. */
  units: ReadonlyMap<string, string>
  /** Code of the grid (or of the district) of a place; null outside the city. */
  locate(lng: number, lat: number): string | null
  /** The address of a place whose `locate` is known. */
  addressOf(gridCode: string | null, lng: number, lat: number): string
  /** Names of the divisions of a grid code, largest first. */
  divisionsOf(gridCode: string | null): readonly string[]
  isCounty(code: string): boolean
  searchTexts(attributes: Readonly<Record<string, unknown>>): string[]
  /** The day it is in the city, and its offset like +08:00. */
  today: string
  offset: string
}

/** A row that was taken. `code` null: the platform gives one. */
export interface TakenRow {
  code: string | null
  class_code: string | null
  name: string
  status: string
  lng: number | null
  lat: number | null
  shape: Uint8Array | null
  grid_code: string | null
  address: string
  authority: string | null
  owner: string | null
  maintainer: string | null
  attributes: Record<string, unknown>
  terms: number[]
  declared: string | null
  /** Attributes left blank because they were wrong. */
  blanked: number
}

/** Takes a row, or answers everything that is wrong with it. `geometry` undefined: the file has none of its own. */
export type RowReader = (cells: readonly string[], geometry: RawGeometry | null | undefined) => TakenRow | RowFault[]

const UNITS = ['authority', 'owner', 'maintainer'] as const
type UnitKind = (typeof UNITS)[number]
export interface Column {
  index: number
  to: string
  words: ReadonlyMap<string, string>
  factor: number | undefined
}

/** Texts of a target: its cells joined with a blank, words replaced; the default when all are blank. */
function textReader(columns: readonly Column[], fallback: string | undefined): (cells: readonly string[]) => string {
  const [only] = columns
  if (!only) return () => fallback ?? ''
  const one = ({ index, words }: Column, cells: readonly string[]): string => {
    const cell = (cells[index] ?? '').trim()
    if (words.size > 0) {
      const word = words.get(cell)
      if (word !== undefined) return word
    }
    return isBlank(cell) ? '' : cell
  }
  if (columns.length === 1) return (cells) => one(only, cells) || (fallback ?? '')
  return (cells) =>
    columns
      .map((c) => one(c, cells))
      .filter((t) => t !== '')
      .join(' ') ||
    (fallback ?? '')
}

/** Compiles how the rows of a file are taken. Throws RangeError for a coordinate system that is not known. */
export function compileRows(context: RowContext): RowReader {
  const { declaration: d, mapping, options, scope } = context
  const columns: Column[] = mapping.columns.map((c) => ({
    index: context.columns.indexOf(c.column),
    to: c.to,
    words: new Map(Object.entries(c.values ?? {})),
    factor: c.factor
  }))
  const text = (to: string) =>
    textReader(
      columns.filter((c) => c.to === to),
      mapping.defaults?.[to]
    )
  const [codeOf, nameOf, statusOf, addressOf, declaredOf] = ['code', 'name', 'status', 'address', 'declaredGrid'].map(text) as [
    (cells: readonly string[]) => string,
    (cells: readonly string[]) => string,
    (cells: readonly string[]) => string,
    (cells: readonly string[]) => string,
    (cells: readonly string[]) => string
  ]
  // A code says its class; the default is for rows without either.
  const classOf = textReader(
    columns.filter((c) => c.to === 'class'),
    undefined
  )
  const units = UNITS.filter((kind) => columns.some((c) => c.to === kind) || mapping.defaults?.[kind]).map(
    (kind) => [kind, text(kind)] as const
  )
  const attributes = compileAttributes(context, columns)
  const place = compilePlace(context, columns)
  const classes = compileClasses(context)
  const states = new Map(d.states.flatMap((s) => [s.name.en, s.name.zh, s.key].map((word) => [fold(word), s] as const)))
  const linked = linksOf(d)
  const unitOf = unitFinder(context.units)
  const classNames = new Map(context.classes.map((c) => [c.code, c.name]))

  return (cells, geometry) => {
    const faults: RowFault[] = []
    if (cells.length > context.columns.length)
      return [rowFault('row', 'broken', { cells: cells.length, columns: context.columns.length })]
    const code = codeOf(cells)
    const cls = classes(classOf(cells), code, faults)
    const at = place(cells, geometry, faults)
    checkCode(context, code, cls, faults)
    const status = statusOf(cells)
    const state = status === '' ? undefined : states.get(fold(status))
    if (status !== '' && !state) faults.push(faultOf('status', COLUMN_LABELS.status, 'state', { value: status }))
    if (state?.ends) faults.push(faultOf('status', COLUMN_LABELS.status, 'ends'))
    const read = attributes(cells, faults)
    const named: Partial<Record<UnitKind, string | undefined>> = {}
    for (const [kind, of] of units) {
      const unit = of(cells)
      if (unit === '') continue
      const id = unitOf(unit)
      if (id) named[kind] = id
      else faults.push(rowFault(kind, 'unitUnknown', { value: unit }))
    }
    if (faults.length === 0 && !inScope(scope, at.grid, cls)) faults.push(rowFault('row', 'scope'))
    if (faults.length > 0) return faults
    const own = cls === null ? d.name.zh : (classNames.get(cls) ?? null)
    const name = (nameOf(cells) || own || d.name.zh).slice(0, 100)
    const address = (addressOf(cells) || (at.lng === null ? '' : context.addressOf(at.grid, at.lng, at.lat as number))).slice(
      0,
      256
    )
    for (const [kind, key] of linked) if (!named[kind]) named[kind] = unitOf(read.attributes[key])
    return {
      code: code === '' ? null : code,
      class_code: cls,
      name,
      status: state?.key ?? d.initialState,
      lng: at.lng,
      lat: at.lat,
      shape: at.shape,
      grid_code: at.grid,
      address,
      authority: named.authority ?? null,
      owner: named.owner ?? null,
      maintainer: named.maintainer ?? null,
      attributes: read.attributes,
      terms: termsOf({
        name,
        className: own,
        address,
        divisions: context.divisionsOf(at.grid),
        texts: context.searchTexts(read.attributes)
      }),
      declared: declaredOf(cells) || null,
      blanked: read.blanked
    }
  }

  function inScope({ districts = [], classes: wanted = [] }: BatchScope, grid: string | null, cls: string | null): boolean {
    if (districts.length > 0 && !districts.some((p) => grid?.startsWith(p))) return false
    return wanted.length === 0 || wanted.some((p) => cls?.startsWith(p))
  }
  function compileClasses({ classes: known }: RowContext) {
    const byWord = new Map<string, string>()
    const active = new Set(known.filter((c) => c.active).map((c) => c.code))
    // Names last: a code is a code. Of two generations with one name the newer (longer) code is meant.
    for (const c of [...known].sort((a, b) => a.code.length - b.code.length)) {
      byWord.set(fold(c.nameEn), c.code)
      byWord.set(fold(c.name), c.code)
    }
    for (const c of known) byWord.set(fold(c.code), c.code)
    return (word: string, code: string, faults: RowFault[]): string | null => {
      if (!d.classes) return null
      const inCode = d.code.rule === 'component' ? parseComponentCode(code)?.classCode : undefined
      const found = word === '' ? (inCode ?? byWord.get(fold(mapping.defaults?.class ?? ''))) : byWord.get(fold(word))
      if (found !== undefined && active.has(found)) return found
      if (options.otherClass && active.has(options.otherClass)) return options.otherClass
      const value = word || (inCode ?? '')
      faults.push(
        value === ''
          ? faultOf('class', COLUMN_LABELS.class, 'required')
          : faultOf('class', COLUMN_LABELS.class, 'class', { value })
      )
      return null
    }
  }
}

/** Attributes that name a unit by code or by name (authorityCode, authorityName …): one the directory knows is linked. */
const linksOf = (d: RegisterDeclaration): (readonly [UnitKind, string])[] =>
  UNITS.filter((kind) => d.units?.includes(kind)).flatMap((kind) =>
    [`${kind}Code`, `${kind}Name`].filter((key) => d.attributes.some((a) => a.key === key)).map((key) => [kind, key] as const)
  )

/** Looks units up by what stands in the files, each word once. */
function unitFinder(units: ReadonlyMap<string, string>): (value: unknown) => string | undefined {
  const known = new Map<string, string | undefined>()
  return (value) => {
    if (typeof value !== 'string') return undefined
    if (known.has(value)) return known.get(value)
    const id = units.get(fold(value))
    if (known.size < 10_000) known.set(value, id)
    return id
  }
}

function checkCode(context: RowContext, code: string, cls: string | null, faults: RowFault[]): void {
  const { rule } = context.declaration.code
  if (code === '') {
    if (rule === 'given') faults.push(faultOf('code', COLUMN_LABELS.code, 'required'))
    return
  }
  if (code.length > 60 || !isCode(context.declaration.code, code)) {
    faults.push(rowFault('code', 'codeForm', { value: code }))
    return
  }
  const parsed = rule === 'component' ? parseComponentCode(code) : null
  if (!parsed) return
  if (!context.isCounty(parsed.county)) faults.push(rowFault('code', 'codeCounty', { value: code }))
  if (cls !== null && parsed.classCode !== cls) faults.push(rowFault('code', 'codeClass', { value: code, class: cls }))
}
