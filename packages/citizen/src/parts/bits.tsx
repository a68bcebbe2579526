import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react'
import { ApiError } from '../api/client.ts'
import { t } from '../i18n.ts'
import { Icon, type IconName } from './Icon.tsx'

/** A message with a sign and a word; `live` reads it out when it appears. */
export function Note({
  kind,
  icon,
  live = false,
  children
}: {
  kind?: 'warn' | 'bad' | 'good'
  icon: IconName
  live?: boolean
  children: ReactNode
}) {
  return (
    <div className={`note ${kind ?? ''}`} {...(live ? { role: kind === 'bad' ? 'alert' : 'status' } : {})}>
      <Icon name={icon} />
      <div>{children}</div>
    </div>
  )
}

/** What went wrong, in words for a citizen. */
export function sayError(error: unknown): string {
  if (error instanceof ApiError) return error.message || (error.status === 0 ? t('error.network') : t('error.server'))
  return t('error.app')
}

/** What the person has to change; read out as soon as it is there. */
export function Mistake({ children }: { children: string }) {
  return children ? (
    <p className="mistake" role="alert">
      {children}
    </p>
  ) : null
}

/** The failure of a page and the way to try again. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  return (
    <Note kind="bad" icon="warn" live>
      <p>{sayError(error)}</p>
      {onRetry ? (
        <button type="button" className="button" onClick={onRetry} style={{ marginTop: '0.5rem' }}>
          {t('error.retry')}
        </button>
      ) : null}
    </Note>
  )
}

/** Quiet lines in the place of what is coming. */
export function Waiting({ lines = 4 }: { lines?: number }) {
  return (
    <div className="waiting" role="status">
      <span className="unseen">{t('state.loading')}</span>
      {Array.from({ length: lines }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are alike and never move
        <i key={i} style={{ width: `${90 - ((i * 23) % 50)}%` }} />
      ))}
    </div>
  )
}

/** The heading of a page: names the tab of the browser and takes the focus, so that a screen reader begins here after a move. */
export function Title({ children, text }: { children?: ReactNode; text: string }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${text} · ${t('app.name')}`
  }, [text])
  useEffect(() => {
    heading.current?.focus({ preventScroll: true })
  }, [])
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children ?? text}
    </h1>
  )
}

/** The answer of a question to the server, with the way to ask again. */
export function useAnswer<T>(ask: () => Promise<T>, deps: readonly unknown[]) {
  const [state, setState] = useState<{ data?: T; error?: unknown }>({})
  const [round, setRound] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the caller names what the question depends on
  useEffect(() => {
    let isCurrent = true
    ask().then(
      (data) => isCurrent && setState({ data }),
      (error: unknown) => isCurrent && setState((before) => ({ ...before, error }))
    )
    return () => {
      isCurrent = false
    }
  }, [...deps, round])
  const again = useCallback(() => {
    setState((before) => ({ ...(before.data === undefined ? {} : { data: before.data }) }))
    setRound((n) => n + 1)
  }, [])
  const set = useCallback((data: T) => setState({ data }), [])
  return { ...state, again, set }
}

/** An object URL of a blob for as long as it is shown. */
export function useBlobUrl(blob: Blob | undefined): string | undefined {
  const [url, setUrl] = useState<string>()
  useEffect(() => {
    if (!blob) return setUrl(undefined)
    const made = URL.createObjectURL(blob)
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [blob])
  return url
}
