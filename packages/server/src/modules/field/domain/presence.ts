/** Where somebody on shift is: the last point, and the place he has stayed at. Degrees CGCS2000, instants in ms. */
export interface Presence {
  last: Fix | null
  /** The first point of the stay: later ones lie within the radius around it. */
  anchor: Fix | null
}
export interface Fix {
  at: number
  lng: number
  lat: number
}

/** The presence after one more point. A point older than the last changes nothing: batches may come in any order. */
export function follow(
  before: Presence,
  point: Fix,
  radiusM: number,
  distanceM: (a: [number, number], b: [number, number]) => number
): Presence {
  if (before.last && point.at <= before.last.at) return before
  const { anchor } = before
  const stays = anchor !== null && distanceM([anchor.lng, anchor.lat], [point.lng, point.lat]) <= radiusM
  return { last: point, anchor: stays ? anchor : point }
}

/** Seconds of the stay as far as it is known: up to the last point, not up to now. */
export const stillS = ({ last, anchor }: Presence): number => (last && anchor ? Math.round((last.at - anchor.at) / 1000) : 0)
