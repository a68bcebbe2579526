/** Generated places of the demo city that search finds: offices and everyday amenities of every community. */
import type { PlaceKind } from '@chengyun/contract/geo'
import type { DemoNames, DivisionRow } from './city-files.ts'
import { insideShape } from './inside.ts'
import { interiorPointOf } from './jts.ts'
import { randomOf } from './random.ts'
import { boxOf, type Shape, toDegrees } from './shape.ts'

export interface PlaceDraft {
  kind: PlaceKind
  name: string
  communityCode: string
  /** Degrees. */
  at: readonly [lng: number, lat: number]
}

function stemOf(name: string, suffixes: readonly string[]): string {
  const suffix = suffixes.find((ending) => name.length > ending.length && name.endsWith(ending))
  return suffix ? name.slice(0, -suffix.length) : name
}

function randomPointIn(shape: Shape, random: () => number): [number, number] {
  const [w, s, e, n] = boxOf(shape)
  for (let attempt = 0; attempt < 40; attempt++) {
    const [x, y] = [Math.round(w + random() * (e - w)), Math.round(s + random() * (n - s))]
    if (insideShape(shape, x, y)) return [toDegrees(x), toDegrees(y)]
  }
  const [x, y] = interiorPointOf(shape)
  return [toDegrees(Math.round(x)), toDegrees(Math.round(y))]
}

/** Places of all communities that have a shape; the first community of a street also hosts the street's office. */
export function placeDemoPlaces(
  divisions: readonly DivisionRow[],
  communities: ReadonlyMap<string, Shape>,
  names: DemoNames,
  seed: string
): PlaceDraft[] {
  const streets = new Map(divisions.filter((d) => d.level === 'street').map((d) => [d.code, d.name]))
  const out: PlaceDraft[] = []
  for (const { code, name } of divisions.filter((d) => d.level === 'community')) {
    const shape = communities.get(code)
    if (!shape) continue
    const random = randomOf(`${seed}:places:${code}`)
    const stem = stemOf(name, names.communitySuffixes)
    const add = (kind: PlaceKind, text: string): void => {
      out.push({ kind, name: text, communityCode: code, at: randomPointIn(shape, random) })
    }
    const street = streets.get(code.slice(0, 9))
    if (street !== undefined) {
      add('building', (street.endsWith('镇') ? names.townOffice : names.streetOffice).replace('{name}', street))
      streets.delete(code.slice(0, 9))
    }
    add('building', names.communityOffice.replace('{stem}', stem))
    const forms = [...names.poiForms]
    for (let i = 0; i < names.poisPerCommunity && forms.length > 0; i++) {
      const [form] = forms.splice(Math.floor(random() * forms.length), 1)
      if (form) add('poi', form.replace('{stem}', stem))
    }
  }
  return out
}
