import type { GridCoverage, ProposalView, ShiftView, StaffView } from '@chengyun/contract/field'
import type { MediaPhase } from '@chengyun/contract/media'
import { type Fix, stillS } from './domain/presence.ts'
import type { ProposalRow } from './queries/proposals.ts'
import type { GridRow, ShiftRow, StaffRow } from './queries/shift.ts'

const pair = (lng: number | null, lat: number | null): [number, number] | null =>
  lng !== null && lat !== null ? [lng, lat] : null
const fix = (at: Date | null): Fix | null => at && { at: at.getTime(), lng: 0, lat: 0 }
const still = (s: ShiftRow): number => stillS({ last: fix(s.last_at), anchor: fix(s.anchor_at) })

/** A shift as its person sees it; without one he is off shift. */
export function presentShift(
  s: ShiftRow | undefined,
  planned: { starts_at: Date; ends_at: Date } | undefined,
  stillMin: number
): ShiftView {
  const seconds = s ? still(s) : 0
  return {
    id: s?.id ?? null,
    onShift: s !== undefined && s.ended_at === null,
    start: s ? { at: s.started_at.toISOString(), place: pair(s.start_lng, s.start_lat), outsideGrid: s.start_outside } : null,
    end: s?.ended_at
      ? { at: s.ended_at.toISOString(), place: pair(s.end_lng, s.end_lat), outsideGrid: s.end_outside ?? false }
      : null,
    lastAt: s?.last_at?.toISOString() ?? null,
    lastPlace: s ? pair(s.last_lng, s.last_lat) : null,
    outOfGrid: s?.last_outside ?? false,
    stillS: seconds,
    stayStill: seconds >= stillMin * 60,
    points: s?.points ?? 0,
    planned: planned ? { startAt: planned.starts_at.toISOString(), endAt: planned.ends_at.toISOString() } : null
  }
}

/** Somebody on shift as whoever watches sees him. */
export function presentStaff(s: StaffRow, stillMin: number): StaffView {
  const seconds = still(s)
  return {
    userId: s.user_id,
    name: s.name,
    unitName: s.unit_name,
    dutyGridCodes: s.duty_grid_codes,
    dutyGridNames: s.duty_grid_names,
    since: s.started_at.toISOString(),
    startedOutside: s.start_outside,
    lastAt: s.last_at?.toISOString() ?? null,
    lastPlace: pair(s.last_lng, s.last_lat) ?? pair(s.start_lng, s.start_lat),
    outOfGrid: s.last_outside,
    stayStill: seconds >= stillMin * 60,
    stillS: seconds,
    driftMs: s.drift_ms === null ? null : Number(s.drift_ms),
    sentAt: s.sent_at?.toISOString() ?? null,
    cells: s.cells,
    visited: s.visited
  }
}

export const presentGrid = (g: GridRow): GridCoverage => ({
  code: g.code,
  name: g.name,
  streetCode: g.street_code,
  cells: g.cells,
  visited: g.visited,
  lastAt: g.last_at?.toISOString() ?? null,
  onShift: g.on_shift
})

/** A proposal with the phases of its photos. */
export const presentProposal = (p: ProposalRow, phases: ReadonlyMap<string, MediaPhase>): ProposalView => ({
  id: p.id,
  kind: p.kind,
  status: p.status,
  componentId: p.component_id,
  classCode: p.class_code,
  place: pair(p.lng, p.lat),
  gridCode: p.grid_code,
  note: p.note,
  evidence: p.evidence_ids.map((id) => ({ id, phase: phases.get(id) ?? 'attachment', shownUrl: `/api/media/${id}/shown` })),
  capturedAt: p.captured_at.toISOString(),
  receivedAt: p.received_at.toISOString(),
  by: { id: p.proposer_id, name: p.proposer_name },
  decidedAt: p.decided_at?.toISOString() ?? null,
  decidedBy: p.decider_name,
  decisionNote: p.decision_note
})
