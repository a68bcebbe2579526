import { addDays, startOfDay } from '@chengyun/contract/indicators'
import type { Door } from '@chengyun/contract/scenarios'

/** The page with the rows behind a figure. */
export function doorAddress(pack: string, door: Door): string {
  const search = new URLSearchParams(door.filter).toString()
  const tail = search ? `?${search}` : ''
  if (door.list === 'items') return `/registers/list/${door.of}${tail}`
  if (door.list === 'rows') return `/scenarios/${pack}/figures/${door.of}${tail}`
  return `/${door.list}${tail}`
}

const HOUR = 3_600_000

/** The alarms of a pack raised on a day of the city, or within one hour of it (hours since its midnight). */
export function alarmsOfDay(pack: string, day: string, hour: number | null, zone: string): string {
  const midnight = startOfDay(day, zone)
  const from = hour === null ? midnight : new Date(midnight.getTime() + hour * HOUR)
  const to = hour === null ? startOfDay(addDays(day, 1), zone) : new Date(from.getTime() + HOUR)
  return `/alarms?${new URLSearchParams({ pack, from: from.toISOString(), to: to.toISOString() }).toString()}`
}
