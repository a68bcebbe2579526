import type { FieldComponents } from '@chengyun/contract/field'

/** What is packed of a component. */
export interface PackedFrom {
  code: string
  classCode: string | null
  name: string
  status: string
  place: readonly [number, number]
  address: string
  unit: string | null
}

/** Numbers for words, in the order they are first met. */
class Table {
  readonly #numbers = new Map<string, number>()

  of(word: string): number {
    const known = this.#numbers.get(word)
    if (known !== undefined) return known
    this.#numbers.set(word, this.#numbers.size)
    return this.#numbers.size - 1
  }

  words(): string[] {
    return [...this.#numbers.keys()]
  }
}

/** Degrees to millionths: a tenth of a metre. */
const MILLIONTHS = 1e6

/** Packs components for a phone: what repeats is written once, places as small differences (format in the contract). */
export function packComponents(
  items: readonly PackedFrom[],
  {
    states,
    classOf,
    total
  }: Pick<FieldComponents, 'states' | 'total'> & { classOf: (code: string) => FieldComponents['classes'][number] }
): FieldComponents {
  const texts = new Table()
  const classes = new Table()
  const status = new Map(states.map((s, i) => [s.key, i]))
  const places: number[] = []
  let [x, y] = [0, 0]
  const rows = items.map((c): FieldComponents['rows'][number] => {
    const [lng, lat] = [Math.round(c.place[0] * MILLIONTHS), Math.round(c.place[1] * MILLIONTHS)]
    places.push(lng - x, lat - y)
    x = lng
    y = lat
    const named = c.classCode !== null && classOf(c.classCode).name === c.name
    return [
      c.code,
      c.classCode === null ? -1 : classes.of(c.classCode),
      status.get(c.status) ?? 0,
      named ? -1 : texts.of(c.name),
      texts.of(c.address),
      c.unit === null ? -1 : texts.of(c.unit)
    ]
  })
  return { states, classes: classes.words().map(classOf), texts: texts.words(), rows, places, total }
}

/** An address as short as a line in the hand of somebody who stands there: without the names of city and district. */
export const shortAddress = (address: string, above: readonly string[]): string =>
  above.reduce((text, name) => (name !== '' && text.startsWith(name) ? text.slice(name.length) : text), address)
