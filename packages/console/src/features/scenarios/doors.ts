import type { Door } from '@chengyun/contract/scenarios'

/** The page with the rows behind a figure. */
export function doorAddress(pack: string, door: Door): string {
  const search = new URLSearchParams(door.filter).toString()
  const tail = search ? `?${search}` : ''
  if (door.list === 'items') return `/registers/list/${door.of}${tail}`
  if (door.list === 'rows') return `/scenarios/${pack}/figures/${door.of}${tail}`
  return `/${door.list}${tail}`
}
