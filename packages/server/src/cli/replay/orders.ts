import type { Division, Located } from '@chengyun/contract/geo'
import type { ImportMap } from '../../import/map.ts'
import { IMPORT_ERRORS } from '../../import/map.ts'
import { readOrders } from '../../import/orders.ts'
import { placeNames } from '../../import/place.ts'
import { type RejectReport, rejectionTexts } from '../../import/rejects.ts'
import { representativePoints } from '../../import/representative.ts'
import type { Account } from './account.ts'
import { RefusedError } from './client.ts'
import type { Order } from './driver.ts'
import { fraction } from './script.ts'

export interface LoadedOrders {
  orders: Order[]
  read: number
  rejected: number
  approximate: number
}

/** Hours over which orders of a day are spread whose time of day the file does not know. */
const DAY_SPREAD_MS = 12 * 3_600_000

/** Read a file as orders of the city behind the API: each with a point, those without one of their own with one that stands for their division. */
export async function loadOrders(
  reader: Account,
  file: string,
  map: ImportMap,
  options: { limit: number; seed: string; rejects: RejectReport }
): Promise<LoadedOrders> {
  const divisions = await reader.get<Division[]>('/api/geo/divisions')
  const pointFor = representativePoints({ divisions, codeAt: (point) => codeAt(reader, point) })
  const now = new Date()
  const context = { now, names: placeNames(divisions, map.place.aliases), extent: extentOf(divisions) }
  const out: LoadedOrders = { orders: [], read: 0, rejected: 0, approximate: 0 }
  for await (const item of readOrders(file, map, context)) {
    if (out.read >= options.limit) break
    out.read += 1
    const { number } = item
    if ('reject' in item) {
      const { code, field, details, message } = item.reject
      options.rejects.add({ number, code, field, ...rejectionTexts(IMPORT_ERRORS[code], details, message), raw: item.raw })
      out.rejected += 1
      continue
    }
    const { raw, ...draft } = item.draft
    const point = draft.place.point ?? (await pointFor(draft.place.divisionCode))
    if (point === null) {
      options.rejects.add({
        number,
        code: 'IMPORT_POINT_INVALID',
        field: 'location',
        ...rejectionTexts(IMPORT_ERRORS.IMPORT_POINT_INVALID, { value: draft.place.divisionCode }, ''),
        raw
      })
      out.rejected += 1
      continue
    }
    if (draft.place.point === null) out.approximate += 1
    if (draft.timePrecision === 'day') draft.reportedAt = spread(draft.reportedAt, `${options.seed}/${draft.external.no}`, now)
    out.orders.push({ row: number, no: draft.external.no, draft, point })
  }
  out.orders.sort((a, b) => a.draft.reportedAt.getTime() - b.draft.reportedAt.getTime() || a.row - b.row)
  return out
}

const spread = (at: Date, key: string, now: Date): Date =>
  new Date(Math.min(now.getTime(), at.getTime() + Math.floor(fraction(`${key}/hour`) * DAY_SPREAD_MS)))

async function codeAt(reader: Account, [lng, lat]: [number, number]): Promise<string | null> {
  try {
    return (await reader.get<Located>(`/api/geo/locate?lng=${lng}&lat=${lat}`)).communityCode
  } catch (error) {
    if (error instanceof RefusedError && error.code === 'GEO_POINT_OUTSIDE_CITY') return null
    throw error
  }
}

/** A generous frame around the middles of all divisions: the exact test is the server's. */
function extentOf(divisions: readonly Division[]): [number, number, number, number] {
  const points = divisions.flatMap((d) => (d.centroid ? [d.centroid] : []))
  const margin = 0.5
  const lngs = points.map((p) => p[0])
  const lats = points.map((p) => p[1])
  return [Math.min(...lngs) - margin, Math.min(...lats) - margin, Math.max(...lngs) + margin, Math.max(...lats) + margin]
}
