import type { StreamState } from '@chengyun/contract/streams'
import { useTranslation } from 'react-i18next'

/** Signs of states: full circle good, half circle old, ring nothing at all, cross not to be trusted, wrench being worked at. */
const SIGNS: Record<StreamState, React.ReactNode> = {
  good: <circle cx="6" cy="6" r="4" fill="currentColor" />,
  manual: <path d="M2 9.500 3 7l5-5 2 2-5 5Z" fill="currentColor" />,
  stale: <path d="M6 2a4 4 0 1 0 0 8Z" fill="currentColor" stroke="currentColor" />,
  noData: <circle cx="6" cy="6" r="3.800" fill="none" stroke="currentColor" strokeWidth="1.500" strokeDasharray="2 1.500" />,
  outOfRange: <path d="M2.500 2.500 9.500 9.500M9.500 2.500 2.500 9.500" stroke="currentColor" strokeWidth="2" />,
  stuck: <path d="M2 6h8" stroke="currentColor" strokeWidth="2.500" />,
  fault: <path d="M2.500 2.500 9.500 9.500M9.500 2.500 2.500 9.500" stroke="currentColor" strokeWidth="2" />,
  maintenance: <path d="M2 4h8v5H2ZM4.500 4V2.500h3V4" fill="none" stroke="currentColor" strokeWidth="1.400" />,
  calibration: <path d="M6 1.500v9M1.500 6h9" stroke="currentColor" strokeWidth="1.400" />
}

/** How a stream is: a sign with its word; quiet when good, ink when somebody should look. */
export function StateMark({ state, named = true }: { state: StreamState; named?: boolean }) {
  const { t } = useTranslation()
  const word = t(`streams.state.${state}`)
  return (
    <span className={`stream-state ${state}`} title={named ? undefined : word}>
      <svg viewBox="0 0 12 12" aria-hidden="true">
        {SIGNS[state]}
      </svg>
      <span className={named ? '' : 'cy-visually-hidden'}>{word}</span>
    </span>
  )
}
