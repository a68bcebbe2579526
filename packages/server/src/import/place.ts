import type { ImportMap } from './map.ts'

/** A division as the search for names needs it. */
export interface NamedDivision {
  code: string
  name: string
  level: 'city' | 'district' | 'street' | 'community'
}

/** How exactly the place of a row is known. */
export type Precision = 'exact' | 'street' | 'district' | 'city'

/** A row's place. `point` only when the row itself carries it: an approximate place never invents one. */
export interface RowPlace {
  precision: Precision
  divisionCode: string
  source: 'coordinates' | 'column' | 'text' | 'unit' | 'city'
  point: [number, number] | null
}

/** Names of the divisions of a city, ready for searching; the longest name first, so that 海秀中街道 is not read as 海秀街道. */
export interface PlaceNames {
  cityCode: string
  streets: readonly { name: string; code: string }[]
  districts: readonly { name: string; code: string }[]
}

/** Prepares the names of districts and streets with the aliases of a map. */
export function placeNames(divisions: readonly NamedDivision[], aliases: Readonly<Record<string, string>>): PlaceNames {
  const all = [
    ...divisions.filter((d) => d.level === 'district' || d.level === 'street').map((d) => ({ name: d.name, code: d.code })),
    ...Object.entries(aliases).map(([name, code]) => ({ name, code }))
  ].sort((a, b) => b.name.length - a.name.length || (a.code < b.code ? -1 : 1))
  const city = divisions.find((d) => d.level === 'city')
  return {
    cityCode: city?.code ?? '',
    streets: all.filter((n) => n.code.length === 9),
    districts: all.filter((n) => n.code.length === 6)
  }
}

/**
 * The best place the words of a row allow. A street counts when it is the only one named and no other district is named;
 * a district when it is the only one named. What contradicts itself stays at the level where it is still certain.
 * Order: naming columns, text, handling unit, and at last the whole city.
 */
export function placeFromWords(row: Readonly<Record<string, string>>, rule: ImportMap['place'], names: PlaceNames): RowPlace {
  for (const { column, values } of rule.columns) {
    const code = values[(row[column] ?? '').trim()]
    if (code) return { precision: code.length === 9 ? 'street' : 'district', divisionCode: code, source: 'column', point: null }
  }
  const fromText = search(rule.textColumns.map((c) => row[c] ?? '').join('\n'), names)
  if (fromText?.length === 9) return { precision: 'street', divisionCode: fromText, source: 'text', point: null }
  const fromUnit = search(rule.unitColumns.map((c) => row[c] ?? '').join('\n'), names)
  // A street office or district unit locates the case only where the text does not say otherwise.
  if (fromUnit?.length === 9 && (fromText === null || fromUnit.startsWith(fromText)))
    return { precision: 'street', divisionCode: fromUnit, source: 'unit', point: null }
  if (fromText) return { precision: 'district', divisionCode: fromText, source: 'text', point: null }
  if (fromUnit) return { precision: 'district', divisionCode: fromUnit.slice(0, 6), source: 'unit', point: null }
  return { precision: 'city', divisionCode: names.cityCode, source: 'city', point: null }
}

function search(text: string, names: PlaceNames): string | null {
  if (text === '') return null
  const streets = found(text, names.streets)
  const districts = new Set([...found(text, names.districts), ...[...streets].map((code) => code.slice(0, 6))])
  if (districts.size !== 1) return null
  const [district] = districts
  const [street] = streets
  return streets.size === 1 && street ? street : (district ?? null)
}

function found(text: string, names: PlaceNames['streets']): Set<string> {
  const codes = new Set<string>()
  let rest = text
  for (const { name, code } of names) {
    if (!rest.includes(name)) continue
    codes.add(code)
    rest = rest.replaceAll(name, '\u0000')
  }
  return codes
}
