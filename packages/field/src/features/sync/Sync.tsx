import { formatShort } from '@chengyun/ui/format.ts'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { say } from '../../app/toast.ts'
import { type Outgoing, useWork } from '../../app/work.ts'
import { Icon } from '../../parts/Icon.tsx'
import { Nav } from '../../parts/Nav.tsx'
import { Act, Empty, Screen } from '../../parts/Screen.tsx'
import { Warnings } from '../../parts/Warnings.tsx'
import { Conflict } from './Conflict.tsx'
import { useDeedName } from './deedName.ts'
import './sync.css'

/** Everything done on this phone that the server has not confirmed, in plain words; what needs a decision stands first. */
export function Sync() {
  const { t } = useTranslation()
  const { outgoing, pack, line, syncNow } = useWork()
  const [busy, setBusy] = useState(false)
  const trouble = outgoing.filter((o) => o.state === 'conflict' || o.state === 'refused')
  const waiting = outgoing.filter((o) => o.state === 'waiting' || o.state === 'sending')
  const done = outgoing.filter((o) => o.state === 'done').toReversed()
  const send = async () => {
    setBusy(true)
    await syncNow().catch(() => say(t('sync.noLine')))
    setBusy(false)
  }
  return (
    <Screen
      title={t('sync.title')}
      sub={pack ? t('sync.packAt', { time: formatShort(pack.at, new Date()) }) : undefined}
      foot={
        <>
          <footer className="f-foot f-shift-foot">
            <Act kind="primary" icon="sync" disabled={busy || line.sending} onClick={() => void send()}>
              {t(line.sending ? 'sync.busy' : 'sync.now')}
            </Act>
          </footer>
          <Nav />
        </>
      }
    >
      <Warnings always />
      {outgoing.length === 0 ? <Empty icon="done" title={t('sync.empty')} hint={t('sync.emptyHint')} /> : null}
      {trouble.length > 0 ? <h2 className="f-h2 f-group">{t('sync.trouble', { n: trouble.length })}</h2> : null}
      {trouble.map((o) => (o.state === 'conflict' ? <Conflict key={o.key} item={o} /> : <Refused key={o.key} item={o} />))}
      {waiting.length > 0 ? <h2 className="f-h2 f-group">{t('sync.waiting', { n: waiting.length })}</h2> : null}
      <ul>
        {waiting.map((o) => (
          <Line key={o.key} item={o} />
        ))}
      </ul>
      {done.length > 0 ? <h2 className="f-h2 f-group">{t('sync.done', { n: done.length })}</h2> : null}
      <ul>
        {done.map((o) => (
          <Line key={o.key} item={o} />
        ))}
      </ul>
    </Screen>
  )
}

function Line({ item }: { item: Outgoing }) {
  const { t } = useTranslation()
  const { what, about } = useDeedName()(item)
  return (
    <li className="f-out" data-state={item.state}>
      <Icon name={item.state === 'done' ? 'done' : item.state === 'sending' ? 'sync' : 'pause'} />
      <div>
        <b>{what}</b>
        {about.split(' · ').map((part) => (
          <small key={part}>{part}</small>
        ))}
        <p>
          {t(`sync.state.${item.state}`)}
          {item.files > 0 && item.state !== 'done' ? t('sync.files', { sent: item.filesSent, all: item.files }) : null}
        </p>
        {item.problem && item.state !== 'done' ? <p className="f-out-problem">{item.problem}</p> : null}
      </div>
      <time>{formatShort(item.at, new Date())}</time>
    </li>
  )
}

function Refused({ item }: { item: Outgoing }) {
  const { t } = useTranslation()
  const { again, giveUp } = useWork()
  const [sure, setSure] = useState(false)
  const { what, about } = useDeedName()(item)
  return (
    <section className="f-part f-trouble">
      <b>{what}</b>
      <small>
        {about} · {formatShort(item.at, new Date())}
      </small>
      <p>{t('sync.refused', { why: item.problem ?? '' })}</p>
      <div className="f-acts">
        <Act kind="bad" onClick={() => (sure ? void giveUp(item.key) : setSure(true))}>
          {t(sure ? 'sync.giveUpSure' : 'sync.giveUp')}
        </Act>
        {item.hopeless ? null : (
          <Act kind="primary" onClick={() => void again(item.key)}>
            {t('sync.again')}
          </Act>
        )}
      </div>
    </section>
  )
}
