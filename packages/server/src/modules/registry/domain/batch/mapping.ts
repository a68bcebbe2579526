import type { ColumnMapping, FileMapping, RegisterDeclaration } from '@chengyun/contract/registry'
import { fold } from './values.ts'

type Target = ColumnMapping['to']

/**
 * Names of columns by what they mean, folded. The codes are those of GB/T 47678.5-2026 table 2 and of the shapefiles of 2013 (ObjID, BGID …).
 */
const KNOWN: readonly (readonly [Target, readonly string[]])[] = [
  ['code', ['code', '编码', '标识码', '管理部件标识码', '部件标识码', '部件编码', 'glbjbsm', 'objid', 'bm', 'hydrant_id']],
  ['class', ['class', '小类', '小类代码', '小类编码', '部件小类', 'classcode', 'class_code', 'xldm', 'objcode', '类别', '分类']],
  ['name', ['name', '名称', '管理部件名称', '部件名称', 'glbjmc', 'objname', 'mc', 'betriebsname']],
  ['status', ['status', '状态', '管理部件状态', '部件状态', 'glbjzt', 'objstate', 'zt']],
  ['address', ['address', '地址', '位置描述', '位置', '所在位置', 'objpos', 'dz', 'wz', 'ort']],
  ['lng', ['lng', 'lon', 'long', 'longitude', '经度', 'x', 'x坐标', 'jd', 'coordx', 'point_x']],
  ['lat', ['lat', 'latitude', '纬度', 'y', 'y坐标', 'wd', 'coordy', 'point_y']],
  ['wkt', ['wkt', 'geom', 'geometry', 'the_geom', 'shape', '空间数据']],
  ['declaredGrid', ['grid', 'gridcode', 'grid_code', '单元网格', '所在单元网格标识码', '单元网格编码', 'szdywgbsm', 'bgid']],
  ['authority', ['authority', '主管部门', '主管单位']],
  ['owner', ['owner', '权属单位', '产权单位']],
  ['maintainer', ['maintainer', '养护单位', '维护单位', '管养单位']]
]
/** Used for the claimed place when no grid is given. */
const AREAS: readonly string[] = [
  'szsqdm',
  '所在社区代码',
  '社区代码',
  'communitycode',
  'szjddm',
  '所在街道代码',
  '街道代码',
  'streetcode'
]

/** The name of a column without what people put around it: (C17), *, blanks and underscores between words. */
const plain = (name: string): string =>
  fold(name)
    .replace(/[*＊]|[([（【][^)\]）】]*[)\]）】]/g, '')
    .trim()

/** A proposal of what the columns mean, from their names. What is not known is left out (`-`). */
export function proposeMapping(d: RegisterDeclaration, columns: readonly string[], hasGeometry: boolean): FileMapping {
  const byName = new Map<string, Target>()
  for (const a of d.attributes)
    for (const name of [a.key, a.name.zh, a.name.en, ...(a.alias ?? [])]) byName.set(plain(name), `attr.${a.key}`)
  for (const [target, names] of KNOWN) {
    const unit = target === 'authority' || target === 'owner' || target === 'maintainer'
    if (unit && !d.units?.includes(target)) continue
    if (target === 'class' && !d.classes) continue
    if (hasGeometry && (target === 'lng' || target === 'lat' || target === 'wkt')) continue
    if (d.geometry === 'none' && ['lng', 'lat', 'wkt', 'declaredGrid'].includes(target)) continue
    for (const name of names) if (!byName.has(name)) byName.set(name, target)
  }
  const taken = new Set<Target>()
  const out = columns.map((column): ColumnMapping => {
    const to = byName.get(plain(column)) ?? '-'
    if (to === '-' || taken.has(to)) return { column, to: '-' }
    taken.add(to)
    return { column, to }
  })
  if (!taken.has('declaredGrid') && d.geometry !== 'none') {
    const area = AREAS.map((name) => out.find((c) => c.to === '-' && plain(c.column) === name)).find((c) => c !== undefined)
    if (area) area.to = 'declaredGrid'
  }
  return { columns: out }
}

interface Lack {
  zh: string
  en: string
}

/** What a mapping still lacks before its file can be read, in sentences. */
export function mappingLacks(d: RegisterDeclaration, mapping: FileMapping, hasGeometry: boolean): Lack[] {
  const has = (to: Target): boolean => mapping.columns.some((c) => c.to === to) || mapping.defaults?.[to] !== undefined
  const out: Lack[] = []
  const need = (to: Target, zh: string, en: string): void => {
    if (!has(to)) out.push({ zh: `没有哪一列是${zh}`, en: `No column is ${en}` })
  }
  if (d.code.rule === 'given') need('code', '编码', 'the code')
  if (d.classes && !(d.code.rule === 'component' && has('code'))) need('class', '小类', 'the class')
  if (d.geometry !== 'none' && !d.placeOptional && !hasGeometry && !has('wkt')) {
    need('lng', '经度（或东坐标）', 'the longitude (or easting)')
    need('lat', '纬度（或北坐标）', 'the latitude (or northing)')
  }
  for (const a of d.attributes)
    if (a.required && a.key !== 'initialDate')
      need(`attr.${a.key}`, `“${a.name.zh}”（必填）`, `"${a.name.en}", which is required`)
  return out
}

/** What a mapping names that is not there, or says twice; null when it is sound. */
export function mappingFault(d: RegisterDeclaration, mapping: FileMapping, columns: readonly string[]): string | null {
  const attributes = new Set(d.attributes.map((a) => `attr.${a.key}`))
  const joined = new Set<Target>([
    'name',
    'address',
    ...d.attributes.filter((a) => a.type === 'text').map((a) => `attr.${a.key}`)
  ])
  const seen = new Set<Target>()
  for (const { column, to } of mapping.columns) {
    if (!columns.includes(column)) return column
    if (to.startsWith('attr.') && !attributes.has(to)) return to
    if (to !== '-' && seen.has(to) && !joined.has(to)) return `${column} → ${to}`
    seen.add(to)
  }
  return Object.keys(mapping.defaults ?? {}).find((to) => to.startsWith('attr.') && !attributes.has(to)) ?? null
}
