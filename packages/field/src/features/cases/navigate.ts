import type { Place } from '../../map/project.ts'

/** The phone's own navigation: `geo:` opens whatever map app is there. iPhones do not know it; their maps have an address of their own. */
export function navigationLink([lng, lat]: Place, name: string): string {
  const at = `${lat.toFixed(6)},${lng.toFixed(6)}`
  return /iPhone|iPad/.test(navigator.userAgent)
    ? `maps://?daddr=${at}&q=${encodeURIComponent(name)}`
    : `geo:${at}?q=${at}(${encodeURIComponent(name)})`
}
