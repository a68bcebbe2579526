import type { StormRule } from '@chengyun/contract/alarms'

/** An alarm as far as it matters to whether it belongs to others. */
export interface Burst {
  id: string
  at: number
  lng: number | null
  lat: number | null
  /** The item all that belong together name. */
  alongId: string | null
  incidentId: string | null
}

/** What becomes of alarms that came together: members of an incident that is there, or of a new one (`incidentId` null). */
export interface Gathering {
  incidentId: string | null
  alongId: string | null
  members: string[]
}

const METRES = 111_320

/** Whether two alarms are of one happening: near enough in time, and either along one item or near enough in place. */
export function belongs(a: Burst, b: Burst, storm: StormRule): boolean {
  if (Math.abs(a.at - b.at) > storm.withinS * 1000) return false
  if (storm.along !== undefined && a.alongId !== null && a.alongId === b.alongId) return true
  if (a.lng === null || a.lat === null || b.lng === null || b.lat === null) return false
  const dy = (a.lat - b.lat) * METRES
  const dx = (a.lng - b.lng) * METRES * Math.cos((a.lat * Math.PI) / 180)
  return dx * dx + dy * dy <= storm.withinM * storm.withinM
}

/**
 * Gathers fresh alarms, oldest first, with those before them. One that belongs to a member of an incident joins it; when as many as the
 * rule says belong to one another, they become an incident.
 */
export function gatherBursts(fresh: readonly Burst[], before: readonly Burst[], storm: StormRule): Gathering[] {
  const known = [...before]
  const incidentOf = new Map(before.map((b) => [b.id, b.incidentId]))
  const made: Gathering[] = []
  const newOf = new Map<string, Gathering>()
  const joined = new Map<string, Gathering>()
  for (const one of fresh) {
    const near = known.filter((b) => b.id !== one.id && belongs(one, b, storm))
    known.push(one)
    const fellow = near.find((b) => newOf.has(b.id)) ?? near.find((b) => incidentOf.get(b.id))
    if (fellow) {
      const gathering = newOf.get(fellow.id) ?? intoIncident(incidentOf.get(fellow.id)!, joined, made)
      gathering.members.push(one.id)
      if (gathering.incidentId === null) newOf.set(one.id, gathering)
      else incidentOf.set(one.id, gathering.incidentId)
      continue
    }
    const loose = near.filter((b) => !newOf.has(b.id) && !incidentOf.get(b.id))
    if (loose.length + 1 < storm.count) continue
    const members = [...loose, one]
    const alongIds = new Set(members.map((b) => b.alongId))
    const alongId = storm.along !== undefined && alongIds.size === 1 ? one.alongId : null
    const gathering: Gathering = { incidentId: null, alongId, members: members.map((b) => b.id) }
    made.push(gathering)
    for (const b of members) newOf.set(b.id, gathering)
  }
  return made
}

function intoIncident(id: string, joined: Map<string, Gathering>, made: Gathering[]): Gathering {
  const known = joined.get(id)
  if (known) return known
  const gathering: Gathering = { incidentId: id, alongId: null, members: [] }
  joined.set(id, gathering)
  made.push(gathering)
  return gathering
}
