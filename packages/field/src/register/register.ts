import type { FieldComponents } from '@chengyun/contract/field'
import { distanceM, type Place } from '../map/project.ts'

/** A component of the register, as it stands on this phone or came from the server. */
export interface Component {
  code: string
  /** The class reports are filed under today; '' where the register knows none. */
  classCode: string
  className: string
  classNameEn: string
  /** Its own name; null where it is called as its class. */
  name: string | null
  status: { zh: string; en: string; tone: string }
  place: Place
  address: string
  unit: string | null
}

/** Within so many metres a component of the same class is taken for the one that is meant (standards §5.3). */
export const SAME_M = 15
/** The nearby list reaches so far. */
export const NEAR_M = 200
/** Components in that list, at most. */
export const NEAR_MOST = 30
/** Digits that are asked for at least before codes are looked through. */
const LEAST_DIGITS = 3
const FOUND_MOST = 12

const MILLIONTH = 1e-6
const known = new WeakMap<FieldComponents, Component[]>()

/** The components of a package, unpacked once. */
export function componentsOf(packed: FieldComponents): readonly Component[] {
  const found = known.get(packed)
  if (found) return found
  let [x, y] = [0, 0]
  const list = packed.rows.map(([code, cls, state, name, address, unit], i): Component => {
    x += packed.places[2 * i] ?? 0
    y += packed.places[2 * i + 1] ?? 0
    const c = packed.classes[cls]
    return {
      code,
      classCode: c?.current ?? '',
      className: c?.name ?? '',
      classNameEn: c?.nameEn ?? '',
      name: packed.texts[name] ?? null,
      status: packed.states[state] ?? { zh: '', en: '', tone: '' },
      place: [x * MILLIONTH, y * MILLIONTH],
      address: packed.texts[address] ?? '',
      unit: packed.texts[unit] ?? null
    }
  })
  known.set(packed, list)
  return list
}

/** A component and how far it is. */
export interface Near {
  item: Component
  m: number
}

/** Components around a place, nearest first; those of the wanted class within {@link SAME_M} before all others. */
export function nearOf(list: readonly Component[], at: Place, classCode: string | null): Near[] {
  const [lng, lat] = at
  const dLat = NEAR_M / 111_000
  const dLng = dLat / Math.cos((lat * Math.PI) / 180)
  const same = ({ item, m }: Near): number => (classCode !== null && item.classCode === classCode && m <= SAME_M ? 0 : 1)
  return list
    .filter(({ place }) => Math.abs(place[0] - lng) <= dLng && Math.abs(place[1] - lat) <= dLat)
    .map((item) => ({ item, m: distanceM(at, item.place) }))
    .filter(({ m }) => m <= NEAR_M)
    .toSorted((a, b) => same(a) - same(b) || a.m - b.m)
    .slice(0, NEAR_MOST)
}

/** Components whose code ends with the digits; nearest first where it is known from where. */
export function endingWith(list: readonly Component[], digits: string, at: Place | null): Near[] {
  if (digits.length < LEAST_DIGITS) return []
  const found = list.filter((c) => c.code.endsWith(digits)).map((item) => ({ item, m: at ? distanceM(at, item.place) : 0 }))
  return found.toSorted((a, b) => a.m - b.m).slice(0, FOUND_MOST)
}

/** The component whose dot lies under a finger, within so many metres; null when there is none. */
export function underFinger(list: readonly Component[], at: Place, reachM: number): Component | null {
  let best: Near | null = null
  for (const item of list) {
    const m = distanceM(at, item.place)
    if (m <= reachM && (best === null || m < best.m)) best = { item, m }
  }
  return best?.item ?? null
}

/** Whether this is a whole component code: 16 digits of 2013, 17 of 2026. */
export const isWholeCode = (code: string): boolean => /^\d{16,17}$/.test(code)

/**
 * The codes a component may stand under: the one on its plate, and that of the other generation, which differs by a 0 before the number of
 * the class (16 digits in 2013, 17 in 2026).
 */
export function codesOf(code: string): string[] {
  if (code.length === 16) return [code, `${code.slice(0, 8)}0${code.slice(8)}`]
  return code.length === 17 && code[8] === '0' ? [code, code.slice(0, 8) + code.slice(9)] : [code]
}

/** What the server tells of a component, as far as it is used here. */
export interface ToldComponent {
  code: string
  class: { code: string; name: string; nameEn: string } | null
  name: string
  status: string
  place: [number, number] | null
  address: string
  owner: { name: string } | null
  maintainer: { name: string } | null
  authority: { name: string } | null
  removedAt: string | null
  upgradedCode?: string | null
}

/** A component as the server tells it; null where it has no place. The package gives the words for its status and its class of today. */
export function fromServer(
  told: ToldComponent,
  { states, classes }: Pick<FieldComponents, 'states' | 'classes'>
): Component | null {
  if (!told.place) return null
  const { class: c, status } = told
  return {
    code: told.code,
    // The class stands in the code: digits 7 to 11 of the code of 2026.
    classCode: told.upgradedCode?.slice(6, 11) ?? classes.find((known) => known.code === c?.code)?.current ?? c?.code ?? '',
    className: c?.name ?? '',
    classNameEn: c?.nameEn ?? '',
    name: told.name === c?.name ? null : told.name,
    status: states.find((s) => s.key === status) ?? { zh: status, en: status, tone: '' },
    place: told.place,
    address: told.address,
    unit: (told.owner ?? told.maintainer ?? told.authority)?.name ?? null
  }
}
