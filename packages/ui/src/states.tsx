import { Button } from 'antd'
import { useUiText } from './i18n.ts'

/** Nothing here, said with the next act. */
export function EmptyState({ title, hint, action }: { title: string; hint?: string; action?: React.ReactNode }) {
  return (
    <div className="cy-state">
      <svg viewBox="0 0 56 40" aria-hidden="true" fill="none" stroke="var(--cy-line)" strokeWidth="1.5">
        <path d="M1 33c12-14 20 4 30-8s14-16 24-20" />
        <circle cx="31" cy="25" r="4.5" fill="var(--cy-surface)" stroke="var(--cy-ink-3)" />
        <path d="M31 20.500v-6" stroke="var(--cy-ink-3)" />
      </svg>
      <h3>{title}</h3>
      {hint ? <p>{hint}</p> : null}
      {action}
    </div>
  )
}

/** What went wrong, what it means, and the way to try again. */
export function ErrorState({
  message,
  requestId,
  onRetry
}: {
  message: string
  requestId?: string | null
  onRetry?: () => void
}) {
  const text = useUiText()
  return (
    <div className="cy-state" role="alert">
      <h3>{text('error.title')}</h3>
      <p>{message}</p>
      {onRetry ? (
        <Button size="small" onClick={onRetry}>
          {text('error.retry')}
        </Button>
      ) : null}
      {requestId ? <small>{text('error.requestId', { id: requestId })}</small> : null}
    </div>
  )
}

const WIDTHS = ['62%', '84%', '46%', '71%', '90%', '55%', '78%', '40%']

/** Quiet lines in the place of what is coming; never a spinner over the page. */
export function Skeleton({ lines = 6 }: { lines?: number }) {
  const text = useUiText()
  return (
    <div className="cy-skeleton" role="status" aria-label={text('state.loading')}>
      {Array.from({ length: lines }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are alike and never move
        <div key={i} style={{ width: WIDTHS[i % WIDTHS.length] }} />
      ))}
    </div>
  )
}
