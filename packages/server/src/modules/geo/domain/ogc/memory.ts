import type * as GeoJSON from 'geojson'
import { compileTest, type FieldValue } from '../cql2/evaluate.ts'
import { boxPolygon, relates } from '../cql2/relate.ts'
import { prepare } from '../simple-features.ts'
import type { Box } from './crs.ts'
import type { Question } from './question.ts'

/** An item of a list that is small enough to be looked through. */
export interface Listed {
  id: string
  box: Box | null
  properties: Readonly<Record<string, FieldValue>>
  geometry: () => GeoJSON.Geometry | null
}

const apart = (a: Box, b: Box): boolean => a[0] > b[2] || a[2] < b[0] || a[1] > b[3] || a[3] < b[1]

/**
 * The items that answer a question, in the order of their ids; `items` are sorted by id. Boxes are compared first, exact geometry
 * after them. `times` are the fields that hold moments, `time` the one that `datetime` asks about.
 */
export function pageOf(
  items: readonly Listed[],
  question: Question,
  { times, time }: { times: ReadonlySet<string>; time: string | null }
): { features: GeoJSON.Feature[]; matched: number; next: string | null } {
  if (question.filter === null && question.box === null && question.time === null) return plainPage(items, question)
  const test = question.filter === null ? null : compileTest(question.filter, times)
  const { box } = question
  const window = box && prepare(boxPolygon(box))
  const found = items.filter((item) => {
    if (box && (item.box === null || apart(item.box, box))) return false
    if (!inTime(time === null ? null : item.properties[time], question)) return false
    const geometry = item.geometry
    if (window && !relates('s_intersects', prepare(geometry() as GeoJSON.Geometry), window)) return false
    if (test === null) return true
    const subject = {
      value: (name: string) => item.properties[name] ?? null,
      geometry: () => {
        const g = geometry()
        return g && prepare(g)
      }
    }
    return test(subject) === true
  })
  const rest = question.after === null ? found : found.filter((i) => i.id > (question.after as string))
  const page = rest.slice(0, question.limit)
  return {
    features: page.map(featureOf),
    matched: found.length,
    next: rest.length > page.length ? (page.at(-1) as Listed).id : null
  }
}

/** A page of everything: who reads a whole list page by page must not pay for the list each time. */
function plainPage(
  items: readonly Listed[],
  { after, limit }: Question
): { features: GeoJSON.Feature[]; matched: number; next: string | null } {
  let [low, high] = [0, after === null ? 0 : items.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((items[middle] as Listed).id <= (after as string)) low = middle + 1
    else high = middle
  }
  const page = items.slice(low, low + limit)
  return {
    features: page.map(featureOf),
    matched: items.length,
    next: low + page.length < items.length ? (page.at(-1) as Listed).id : null
  }
}

function inTime(value: FieldValue | undefined, { time }: Question): boolean {
  if (time === null || value === undefined) return true
  if (value === null) return false
  const at = Date.parse(String(value))
  return (time.from === null || at >= time.from.getTime()) && (time.to === null || at <= time.to.getTime())
}

export const featureOf = (item: Listed): GeoJSON.Feature => ({
  type: 'Feature',
  id: item.id,
  geometry: item.geometry() as GeoJSON.Geometry,
  properties: { ...item.properties }
})
