import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { goBack } from '../app/route.ts'
import { Icon, type IconName } from './Icon.tsx'
import { LineState } from './LineState.tsx'

/** One page: what it is, what is on it, and the acts within reach of the thumb. The state of the line stands on every page. */
export function Screen(props: {
  title: string
  sub?: string | undefined
  back?: boolean
  right?: ReactNode
  foot?: ReactNode
  children: ReactNode
}) {
  const { t } = useTranslation()
  return (
    <main className="f-screen">
      <header className="f-head">
        {props.back ? (
          <button type="button" aria-label={t('app.back')} onClick={goBack}>
            <Icon name="back" />
          </button>
        ) : null}
        <h1>
          {props.title}
          {props.sub ? <small>{props.sub}</small> : null}
        </h1>
        {props.right}
      </header>
      <LineState />
      <div className="f-body">{props.children}</div>
      {props.foot ?? null}
    </main>
  )
}

/** The acts at the foot of a page. */
export function Foot({ children }: { children: ReactNode }) {
  return <footer className="f-foot">{children}</footer>
}

/** An act: large, with a word, and a sign where it helps to find it. */
export function Act(props: {
  onClick: () => void
  children: ReactNode
  icon?: IconName | undefined
  kind?: 'primary' | 'good' | 'bad' | 'plain' | undefined
  disabled?: boolean
}) {
  return (
    <button type="button" className="f-act" data-kind={props.kind} disabled={props.disabled} onClick={props.onClick}>
      {props.icon ? <Icon name={props.icon} /> : null}
      {props.children}
    </button>
  )
}

/** A remark that asks for attention: caution, bad news, or calm advice. */
export function Note({ kind, children }: { kind?: 'bad' | 'calm'; children: ReactNode }) {
  return (
    <div className="f-note" data-kind={kind} role={kind === 'bad' ? 'alert' : 'status'}>
      {children}
    </div>
  )
}

/** Nothing here, with the next act. */
export function Empty({ icon, title, hint }: { icon: IconName; title: string; hint?: string }) {
  return (
    <div className="f-empty">
      <Icon name={icon} />
      <h2>{title}</h2>
      {hint ? <p>{hint}</p> : null}
    </div>
  )
}
