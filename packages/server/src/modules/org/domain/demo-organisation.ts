// The people and units of a demonstration city, from its profile's layout and its real divisions: pure, the same for the same seed.
import { createHash } from 'node:crypto'
import type { RoleKey, UnitKind } from '@chengyun/contract/org'
import { nameOf } from './names.ts'

/** Shared by all demonstration accounts and printed only in demonstration mode. */
export const DEMO_PASSWORD = 'Chengyun@2026'

/** `cities/<id>/organisation.json`: `{d}` stands for the district's name, `{s}` for the street's. */
export interface OrganisationLayout {
  /** Base units in all; crews are added to the first city units until the number is reached. Absent: as many as listed. */
  baseUnits?: number
  /** Collectors in all, at least four a street so that one is always on duty. */
  collectors?: number
  center: NamedUnit
  districtCenter: { name: string; shortName: string }
  streetStation: { name: string; shortName: string }
  cityUnits: readonly (NamedUnit & { kind: 'city_department' | 'enterprise' })[]
  /** Base units every district has, under its centre; their key becomes `<key>.<district code>`. */
  districtUnits: readonly NamedUnit[]
  /** Base units every street has, under its station; their key becomes `<key>.<street code>`. */
  streetUnits: readonly NamedUnit[]
  crews: readonly { key: string; parentKey: string; name: string }[]
}

interface NamedUnit {
  key: string
  name: string
  shortName: string
}

export interface DivisionEntry {
  code: string
  name: string
  level: string
}

export interface BuiltUnit {
  id: string
  key: string
  code: string
  kind: UnitKind
  parentId: string | null
  path: string[]
  districtCode: string | null
  streetCode: string | null
  name: string
  shortName: string
  sort: number
}

export interface BuiltPost {
  id: string
  role: RoleKey
  unitId: string
  regionCodes: string[] | null
  dutyGridCodes: string[]
}

export interface BuiltUser {
  id: string
  username: string
  name: string
  phone: string
  posts: BuiltPost[]
  /** Place in the rotation of this post's team; null for people who keep no shifts, 'always' for accounts visitors sign in with. */
  rota: { team: string; seat: number } | 'always' | null
}

export interface BuiltOrganisation {
  cityCode: string
  units: BuiltUnit[]
  users: BuiltUser[]
}

/** Teams that keep the clock round: three shifts and a day off make four seats. */
const SEATS = 4
const STAFF_PER_CENTER = [
  { role: 'acceptor', count: SEATS },
  { role: 'shiftLeader', count: SEATS },
  { role: 'dispatcher', count: SEATS },
  { role: 'inspector', count: 1 },
  { role: 'leader', count: 1 }
] as const satisfies readonly { role: RoleKey; count: number }[]

/** One account per role for the sign-in page, all of the city centre so that each sees the whole city it may see. */
const DEMO_ROLES: readonly RoleKey[] = [
  'acceptor',
  'shiftLeader',
  'dispatcher',
  'dept',
  'handler',
  'collector',
  'inspector',
  'leader',
  'hotlineOperator',
  'dataAdmin',
  'systemAdmin',
  'securityAdmin',
  'auditAdmin'
]

/** A UUID decided by seed and key (RFC 9562 version 8). */
export function idOf(seed: string, key: string): string {
  const bytes = createHash('sha256').update(`${seed}\n${key}`).digest().subarray(0, 16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x80
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/**
 * Build the organisation of a city: centre, district centres, city units, street stations, base units, and the people in them.
 * @param dutyGrids duty grids with the street they lie in; collectors of a street share its grids. May be empty.
 */
export function buildOrganisation(
  layout: OrganisationLayout,
  divisions: readonly DivisionEntry[],
  seed: string,
  dutyGrids: readonly { code: string; streetCode: string }[] = []
): BuiltOrganisation {
  const units = buildUnits(layout, divisions, seed)
  return { cityCode: codeOfCity(divisions), units, users: new Staffing(seed, units, dutyGrids).staff(layout) }
}

const codeOfCity = (divisions: readonly DivisionEntry[]): string => divisions.find((d) => d.level === 'city')?.code ?? ''

function buildUnits(layout: OrganisationLayout, divisions: readonly DivisionEntry[], seed: string): BuiltUnit[] {
  const units: BuiltUnit[] = []
  const byKey = new Map<string, BuiltUnit>()
  const add = (
    kind: UnitKind,
    key: string,
    name: string,
    shortName: string,
    parent: BuiltUnit | null,
    districtCode: string | null,
    streetCode: string | null
  ): BuiltUnit => {
    const id = idOf(seed, `unit/${key}`)
    const unit: BuiltUnit = {
      id,
      key,
      code: String(units.length + 1).padStart(6, '0'),
      kind,
      parentId: parent?.id ?? null,
      path: parent ? [...parent.path, id] : [id],
      districtCode,
      streetCode,
      name,
      shortName,
      sort: units.length
    }
    if (byKey.has(key)) throw new Error(`organisation layout: key ${key} occurs twice`)
    units.push(unit)
    byKey.set(key, unit)
    return unit
  }
  const root = add('city_center', layout.center.key, layout.center.name, layout.center.shortName, null, null, null)
  for (const u of layout.cityUnits) add(u.kind, u.key, u.name, u.shortName, root, null, null)
  for (const d of divisions.filter((x) => x.level === 'district')) {
    const named = (text: string): string => text.replaceAll('{d}', d.name)
    const center = add(
      'district_center',
      `center.${d.code}`,
      named(layout.districtCenter.name),
      named(layout.districtCenter.shortName),
      root,
      d.code,
      null
    )
    for (const u of layout.districtUnits)
      add('base_unit', `${u.key}.${d.code}`, named(u.name), `${d.name}${u.shortName}`, center, d.code, null)
  }
  for (const s of divisions.filter((x) => x.level === 'street')) {
    const district = s.code.slice(0, 6)
    const center = byKey.get(`center.${district}`)
    if (!center) throw new Error(`organisation: street ${s.code} lies in no district`)
    const named = (text: string): string => text.replaceAll('{s}', s.name)
    const station = add(
      'street_station',
      `street.${s.code}`,
      named(layout.streetStation.name),
      named(layout.streetStation.shortName),
      center,
      district,
      s.code
    )
    for (const u of layout.streetUnits)
      add('base_unit', `${u.key}.${s.code}`, named(u.name), `${s.name}${u.shortName}`, station, district, s.code)
  }
  for (const c of layout.crews) {
    const parent = byKey.get(c.parentKey)
    if (!parent) throw new Error(`organisation layout: crew ${c.key} has no parent ${c.parentKey}`)
    add('base_unit', c.key, c.name, c.name, parent, null, null)
  }
  addCrews(layout, units, (parent, n) =>
    add('base_unit', `${parent.key}.team-${n}`, `${parent.shortName}作业${n}队`, `${parent.shortName}${n}队`, parent, null, null)
  )
  return units
}

/** Where a profile names a number of base units and lists fewer, the city units get teams in turn until it is reached. */
function addCrews(layout: OrganisationLayout, units: BuiltUnit[], add: (parent: BuiltUnit, n: number) => void): void {
  const cityUnits = units.filter((u) => u.kind === 'enterprise' || u.kind === 'city_department')
  let missing = (layout.baseUnits ?? 0) - units.filter((u) => u.kind === 'base_unit').length
  for (let n = 1; missing > 0 && cityUnits.length > 0; n++) {
    for (const parent of cityUnits) {
      if (missing <= 0) return
      add(parent, n)
      missing -= 1
    }
  }
}

class Staffing {
  readonly #seed: string
  readonly #units: readonly BuiltUnit[]
  readonly #gridsOfStreet = new Map<string, string[]>()
  readonly #users: BuiltUser[] = []

  constructor(seed: string, units: readonly BuiltUnit[], dutyGrids: readonly { code: string; streetCode: string }[]) {
    this.#seed = seed
    this.#units = units
    for (const g of dutyGrids) {
      const list = this.#gridsOfStreet.get(g.streetCode)
      if (list) list.push(g.code)
      else this.#gridsOfStreet.set(g.streetCode, [g.code])
    }
  }

  staff(layout: OrganisationLayout): BuiltUser[] {
    const root = this.#units[0]!
    const streets = this.#units.filter((u) => u.kind === 'street_station')
    for (const role of DEMO_ROLES)
      this.#add(role.toLowerCase(), role, root, role === 'collector' ? this.#gridsOfFirstDistrict() : [], 'always')
    // A handler is chosen from the unit itself: the one visitors sign in with belongs to the city units and to one street.
    const handler = this.#users.find((u) => u.username === 'handler')
    if (handler) handler.posts = this.#unitsOfVisitor(streets[0]).map((unit) => this.#post('handler', 'handler', unit, []))
    for (const center of this.#units.filter((u) => u.kind === 'city_center' || u.kind === 'district_center')) {
      const area = center.districtCode ?? 'city'
      for (const { role, count } of STAFF_PER_CENTER) this.#team(role, area, center, count, count === SEATS)
    }
    this.#team('hotlineOperator', 'city', root, SEATS, true)
    for (const unit of this.#units) {
      if (unit.kind === 'city_center' || unit.kind === 'district_center') continue
      this.#add(`dept.${unit.key}`, 'dept', unit, [], null)
      this.#add(`handler.${unit.key}`, 'handler', unit, [], null)
    }
    const extra = Math.max(0, (layout.collectors ?? 0) - streets.length * SEATS)
    streets.forEach((street, i) => {
      const count = SEATS + Math.floor(extra / streets.length) + (i < extra % streets.length ? 1 : 0)
      const grids = this.#gridsOfStreet.get(street.streetCode ?? '') ?? []
      // Whoever is on duty alone covers the whole street; extra collectors share its grids.
      for (let n = 1; n <= count; n++) {
        // Each has another one as the main duty grid.
        const first = grids.length === 0 ? 0 : (n - 1) % grids.length
        const own =
          n <= SEATS
            ? [...grids.slice(first), ...grids.slice(0, first)]
            : grids.filter((_, g) => g % (count - SEATS) === n - SEATS - 1)
        this.#add(`collector.${street.streetCode}.${n}`, 'collector', street, own, {
          team: `collector.${street.streetCode}`,
          seat: n - 1
        })
      }
    })
    return this.#users
  }

  #gridsOfFirstDistrict(): string[] {
    const first = [...this.#gridsOfStreet.keys()].sort()[0]?.slice(0, 6)
    return [...this.#gridsOfStreet].filter(([street]) => street.slice(0, 6) === first).flatMap(([, codes]) => codes)
  }

  /** City units, those of the street's district, the street and its own. */
  #unitsOfVisitor(street: BuiltUnit | undefined): BuiltUnit[] {
    const district = street?.path.at(-2)
    return this.#units.filter(
      (u) =>
        u.kind === 'city_department' ||
        u.kind === 'enterprise' ||
        (u.kind === 'base_unit' && u.parentId === district) ||
        (street !== undefined && u.path.includes(street.id))
    )
  }

  #post(username: string, role: RoleKey, unit: BuiltUnit, dutyGridCodes: string[]): BuiltPost {
    return {
      id: idOf(this.#seed, `post/${username}/${role}/${unit.key}`),
      role,
      unitId: unit.id,
      regionCodes: null,
      dutyGridCodes
    }
  }

  #team(role: RoleKey, area: string, unit: BuiltUnit, count: number, shifts: boolean): void {
    for (let n = 1; n <= count; n++) {
      const username = `${role.toLowerCase()}.${area}${count > 1 ? `.${n}` : ''}`
      this.#add(username, role, unit, [], shifts ? { team: `${role}.${area}`, seat: n - 1 } : null)
    }
  }

  #add(username: string, role: RoleKey, unit: BuiltUnit, dutyGridCodes: string[], rota: BuiltUser['rota']): void {
    const seed = this.#seed
    this.#users.push({
      id: idOf(seed, `user/${username}`),
      username,
      name: nameOf(`${seed}/${username}`),
      // 100 is nobody's mobile prefix: a demonstration never rings at a stranger's.
      phone: `1000${String(this.#users.length + 1).padStart(7, '0')}`,
      posts: [this.#post(username, role, unit, dutyGridCodes)],
      rota
    })
  }
}
