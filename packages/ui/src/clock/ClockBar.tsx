import { useUiText } from '../i18n.ts'
import { type ClockFacts, clockPhrase, readClock } from './reading.ts'
import { useNow } from './tick.ts'

/** A clock as a bar and words; renewed each second under an hour from the turn, else each half minute. */
export function ClockBar({ clock, inline = false, title }: { clock: ClockFacts | null; inline?: boolean; title?: string }) {
  const soonToTurn = clock !== null && clock.remainingS < 3600 && clock.lamp !== 'done'
  const now = useNow(soonToTurn ? 1 : 30)
  const text = useUiText()
  if (!clock) return <span className="cy-clock" />
  const r = readClock(clock, now)
  const phrase = clockPhrase(clock, r.seconds)
  const duration = text(phrase.key, phrase.values)
  const words =
    r.lamp === 'done'
      ? r.late
        ? text('clock.doneLate', { text: duration })
        : text('clock.done')
      : r.lamp === 'paused'
        ? text('clock.pausedLeft', { text: duration })
        : text(r.late ? 'clock.over' : 'clock.left', { text: duration })
  return (
    <span className={`cy-clock cy-clock-${r.lamp}${inline ? ' cy-clock-inline' : ''}`} title={title}>
      <span className="cy-clock-text">{words}</span>
      <span className="cy-clock-bar" aria-hidden="true">
        <i style={{ width: `${Math.round(r.ratio * 100)}%` }} />
      </span>
    </span>
  )
}
