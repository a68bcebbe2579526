import type { CaseListView } from '@chengyun/contract/cases'
import type { ItemPage } from '@chengyun/contract/registry'
import { api, query } from '../../api/client.ts'
import { searchPlaces } from '../../api/reference.ts'
import { useMay } from '../../api/session.ts'

/** Something that was found and can be flown to. */
export interface Goal {
  kind: 'place' | 'item' | 'case' | 'coordinate'
  id: string
  title: string
  hint: string
  at: [number, number]
  /** The object whose card opens; null of a place. */
  pick: { layer: string; key: string } | null
}

const EACH = 6

/** Coordinates as people paste them: longitude and latitude with a comma or space between, in either order where it is clear. */
export function coordinateOf(text: string): [number, number] | null {
  const found = /^\s*(-?\d{1,3}(?:\.\d+)?)\s*[,，\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*$/.exec(text)
  if (!found) return null
  const [a, b] = [Number(found[1]), Number(found[2])]
  if (Math.abs(b) <= 90 && Math.abs(a) <= 180) return [a, b]
  return Math.abs(a) <= 90 && Math.abs(b) <= 180 ? [b, a] : null
}

/** Asks all that can be found on the map at once; what one of them refuses does not hide the others. */
export function useFinders(): (text: string, signal: AbortSignal) => Promise<Goal[]> {
  const may = useMay()
  return async (text, signal) => {
    const at = coordinateOf(text)
    if (at) return [{ kind: 'coordinate', id: text, title: text, hint: '', at, pick: null }]
    // Whoever types digits means a code; no place is called so.
    const isCode = /^\d{6,}$/.test(text)
    const parts = [
      may('geo:read') && !isCode ? places(text, signal) : [],
      may('registry:read') ? items(text, signal) : [],
      may('cases:read') ? cases(text, signal) : []
    ]
    const found = await Promise.allSettled(parts)
    return found.flatMap((f) => (f.status === 'fulfilled' ? f.value : []))
  }
}

async function places(text: string, signal: AbortSignal): Promise<Goal[]> {
  const found = await searchPlaces(text, signal)
  return found
    .slice(0, EACH)
    .map((p) => ({ kind: 'place', id: p.id, title: p.name, hint: p.address, at: p.position, pick: null }))
}

async function cases(text: string, signal: AbortSignal): Promise<Goal[]> {
  const { items: rows } = await api<CaseListView>(`/cases${query({ q: text, limit: EACH })}`, { signal })
  return rows.map((c) => ({
    kind: 'case',
    id: c.id,
    title: c.description.slice(0, 40) || c.className,
    hint: `${c.caseNo} · ${c.address}`,
    at: c.location,
    pick: { layer: 'cases', key: c.caseNo }
  }))
}

async function items(text: string, signal: AbortSignal): Promise<Goal[]> {
  const { items: rows } = await api<ItemPage>(`/registry/items${query({ q: text, limit: EACH })}`, { signal })
  return rows.flatMap((r): Goal[] =>
    r.place
      ? [
          {
            kind: 'item',
            id: `${r.type}:${r.code}`,
            title: r.name || r.class?.name || r.code,
            hint: [r.code, r.address].filter(Boolean).join(' · '),
            at: r.place,
            pick: { layer: `reg-${r.type}`, key: r.code }
          }
        ]
      : []
  )
}
