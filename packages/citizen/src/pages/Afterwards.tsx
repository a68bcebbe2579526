import type { CitizenCase } from '@chengyun/contract/public'
import { type FormEvent, useId, useState } from 'react'
import { askReopen, rate } from '../api/public.ts'
import { t } from '../i18n.ts'
import { Note, sayError } from '../parts/bits.tsx'
import { Icon } from '../parts/Icon.tsx'
import { sayMoment } from '../parts/words.ts'

interface Props {
  view: CitizenCase
  code: string | undefined
  onDone: (view: CitizenCase) => void
}

/** Five steps from very bad to very good and whether the problem is gone; asked of the reporter once it is done. */
export function Rating({ view, code, onDone }: Props) {
  const id = useId()
  const [score, setScore] = useState(0)
  const [text, setText] = useState('')
  const [mistake, setMistake] = useState('')
  if (view.rating)
    return (
      <section className="sheet stack" aria-label={t('rating.yours')}>
        <h2>{t('rating.yours')}</h2>
        <p className="row">
          <Stars score={view.rating.score} />
          {t(`rating.${view.rating.score}`)} <span className="quiet">{sayMoment(view.rating.at)}</span>
        </p>
        {view.rating.text ? <p>{view.rating.text}</p> : null}
      </section>
    )
  if (!view.can.includes('rate')) return null
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (score === 0) return setMistake(t('rating.choose'))
    try {
      onDone(await rate(view.caseNo, { score, satisfied: score >= 4, ...(text.trim() ? { text: text.trim() } : {}) }, code))
    } catch (error) {
      setMistake(sayError(error))
    }
  }
  return (
    <form className="sheet stack" onSubmit={(event) => void submit(event)}>
      <h2>{t('rating.title')}</h2>
      <fieldset className="rating">
        <legend className="unseen">{t('rating.legend')}</legend>
        {[1, 2, 3, 4, 5].map((n) => (
          <label key={n} data-on={n <= score}>
            <input type="radio" name="score" className="unseen" checked={score === n} onChange={() => setScore(n)} />
            <Icon name="star" filled={n <= score} />
            <span className="unseen">{t(`rating.${n}`)}</span>
          </label>
        ))}
        <b aria-hidden="true">{score ? t(`rating.${score}`) : ''}</b>
      </fieldset>
      <div className="field">
        <label htmlFor={id}>{t('rating.text')}</label>
        <textarea id={id} className="input" maxLength={300} value={text} onChange={(event) => setText(event.target.value)} />
      </div>
      {mistake ? (
        <p className="mistake" role="alert">
          {mistake}
        </p>
      ) : null}
      <button type="submit" className="button primary">
        {t('rating.send')}
      </button>
    </form>
  )
}

function Stars({ score }: { score: number }) {
  return (
    <span className="stars" aria-hidden="true">
      {[1, 2, 3, 4, 5].map((n) => (
        <Icon key={n} name="star" filled={n <= score} />
      ))}
    </span>
  )
}

/** Not solved after all: asks for a second look, with the reason; the answer stands here too. */
export function Reopen({ view, code, onDone }: Props) {
  const id = useId()
  const [isOpen, setOpen] = useState(false)
  const [reason, setReason] = useState('')
  const [mistake, setMistake] = useState('')
  if (view.reopen)
    return (
      <Note icon="clock" kind={view.reopen.state === 'approved' ? 'good' : 'warn'}>
        <b>{t(`reopen.${view.reopen.state}`)}</b>
        {view.reopen.note ? <p>{view.reopen.note}</p> : null}
      </Note>
    )
  if (!view.can.includes('reopen')) return null
  if (!isOpen)
    return (
      <p>
        <button type="button" className="button" onClick={() => setOpen(true)}>
          {t('reopen.ask')}
        </button>
      </p>
    )
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (reason.trim().length < 2) return setMistake(t('reopen.needs'))
    try {
      onDone(await askReopen(view.caseNo, reason.trim(), code))
    } catch (error) {
      setMistake(sayError(error))
    }
  }
  return (
    <form className="sheet stack" onSubmit={(event) => void submit(event)}>
      <h2>{t('reopen.ask')}</h2>
      <div className="field">
        <label htmlFor={id}>{t('reopen.reason')}</label>
        <textarea
          id={id}
          className="input"
          // biome-ignore lint/a11y/noAutofocus: the person just asked for this field
          autoFocus
          maxLength={300}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </div>
      {mistake ? (
        <p className="mistake" role="alert">
          {mistake}
        </p>
      ) : null}
      <button type="submit" className="button primary">
        {t('reopen.send')}
      </button>
    </form>
  )
}
