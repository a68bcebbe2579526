import type { DeviceLogEntry } from '@chengyun/contract/streams'

export interface OnlineSpan {
  from: number
  to: number
  state: 'online' | 'offline' | 'unknown'
}

/**
 * When a device was online within a time, from its history (newest first) and how it is now. Before the oldest entry nothing is known, unless the history
 * is whole and begins with its connection: then it was not online.
 */
export function online(
  entries: readonly Pick<DeviceLogEntry, 'at' | 'kind'>[],
  isOnline: boolean,
  within: { from: number; to: number },
  isWhole: boolean
): OnlineSpan[] {
  const spans: OnlineSpan[] = []
  let end = within.to
  let state: OnlineSpan['state'] = isOnline ? 'online' : 'offline'
  for (const { at, kind } of entries) {
    if (kind !== 'online' && kind !== 'offline' && kind !== 'connected') continue
    const begin = Math.max(within.from, Date.parse(at))
    if (begin < end) spans.unshift({ from: begin, to: end, state })
    end = Math.min(end, begin)
    // Before it was heard it was not; before it fell silent it was.
    state = kind === 'offline' ? 'online' : kind === 'online' ? 'offline' : 'unknown'
    if (end <= within.from) return spans
  }
  if (end > within.from) spans.unshift({ from: within.from, to: end, state: isWhole && state === 'offline' ? 'unknown' : state })
  return spans
}

/** The share of the known time a device was online, 0 to 1; null where nothing is known. */
export function shareOnline(spans: readonly OnlineSpan[]): number | null {
  let [all, up] = [0, 0]
  for (const s of spans) {
    if (s.state === 'unknown') continue
    all += s.to - s.from
    if (s.state === 'online') up += s.to - s.from
  }
  return all === 0 ? null : up / all
}
