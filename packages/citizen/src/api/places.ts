import type { PublicAddress, PublicPlaces, PublicStreets } from '@chengyun/contract/public'
import type { Piece } from '../map/draw.ts'
import { query, send } from './client.ts'

/** Streets of a window [west, south, east, north]. */
export async function readStreets(bbox: readonly number[], signal: AbortSignal): Promise<Piece> {
  // On a grid of 0.002°, so that people who stand in one street ask the same question and caches answer it.
  const step = 0.002
  const box = bbox.map((n, i) => (i < 2 ? Math.floor(n / step) * step : Math.ceil(n / step) * step).toFixed(3))
  const { items, land } = await send<PublicStreets>(`/public/streets${query({ bbox: box.join(',') })}`, { signal })
  return { items, land, box: box.map(Number) }
}

/** Places that answer some words, best first. */
export const searchPlaces = (q: string, signal: AbortSignal) => send<PublicPlaces>(`/public/places${query({ q })}`, { signal })

/** What a point is called, and whether it lies in this city. */
export const nameOfPoint = (lng: number, lat: number, signal: AbortSignal) =>
  send<PublicAddress>(`/public/address${query({ lng: lng.toFixed(6), lat: lat.toFixed(6) })}`, { signal })
