import { useUiText } from '../i18n.ts'
import { type ClockFacts, type LampState, readClock } from './reading.ts'
import { useNow } from './tick.ts'

const SHAPES: Record<LampState, React.ReactNode> = {
  ok: <circle cx="5" cy="5" r="4.6" fill="var(--cy-ok)" />,
  soon: <path d="M5 .4 9.8 9.4H.2Z" fill="var(--cy-soon)" />,
  late: <rect x=".4" y=".4" width="9.2" height="9.2" rx="1.6" fill="var(--cy-late)" />,
  paused: <path d="M1.4 1h2.6v8H1.4Zm4.6 0h2.6v8H6Z" fill="var(--cy-paused)" />,
  done: <circle cx="5" cy="5" r="3.8" fill="none" stroke="var(--cy-paused)" strokeWidth="1.6" />
}

/** A lamp: circle in time, triangle soon, square late, bars paused, ring ended. */
export function Lamp({ state }: { state: LampState }) {
  const text = useUiText()
  const label = text(`lamp.${state}`)
  return (
    <span className="cy-lamp" title={label}>
      <svg viewBox="0 0 10 10" role="img" aria-label={label}>
        {SHAPES[state]}
      </svg>
    </span>
  )
}

/** The lamp of a clock, turning by itself. */
export function ClockLamp({ clock }: { clock: ClockFacts | null }) {
  const now = useNow(5)
  return <Lamp state={clock ? readClock(clock, now).lamp : 'done'} />
}
