import type { CitizenCase } from '@chengyun/contract/public'
import { useState } from 'react'
import { askReopen, rate } from '../api/public.ts'
import { t } from '../i18n.ts'
import { Note } from '../parts/bits.tsx'
import { Icon } from '../parts/Icon.tsx'
import { WordsForm } from '../parts/WordsForm.tsx'
import { sayMoment } from '../parts/words.ts'

interface Props {
  view: CitizenCase
  code: string | undefined
  onDone: (view: CitizenCase) => void
}
const SCORES = [1, 2, 3, 4, 5] as const

/** Five steps from very bad to very good and whether the problem is gone; asked of the reporter once it is done. */
export function Rating({ view, code, onDone }: Props) {
  const [score, setScore] = useState(0)
  if (view.rating)
    return (
      <section className="sheet stack" aria-label={t('rating.yours')}>
        <h2>{t(view.mine ? 'rating.yours' : 'rating.theirs')}</h2>
        <p className="row">
          <Stars score={view.rating.score} />
          {t(`rating.${view.rating.score}`)} <span className="quiet">{sayMoment(view.rating.at)}</span>
        </p>
        {view.rating.text ? <p>{view.rating.text}</p> : null}
      </section>
    )
  if (!view.can.includes('rate')) return null
  return (
    <WordsForm
      title={t('rating.title')}
      label={t('rating.text')}
      action={t('rating.send')}
      check={() => (score === 0 ? t('rating.choose') : '')}
      send={async (text) => onDone(await rate(view.caseNo, { score, satisfied: score >= 4, ...(text ? { text } : {}) }, code))}
    >
      <fieldset className="rating">
        <legend className="unseen">{t('rating.legend')}</legend>
        {SCORES.map((n) => (
          <label key={n} data-on={n <= score}>
            <input type="radio" name="score" className="unseen" checked={score === n} onChange={() => setScore(n)} />
            <Icon name="star" filled={n <= score} />
            <span className="unseen">{t(`rating.${n}`)}</span>
          </label>
        ))}
        <b aria-hidden="true">{score ? t(`rating.${score}`) : ''}</b>
      </fieldset>
    </WordsForm>
  )
}

function Stars({ score }: { score: number }) {
  return (
    <span className="stars" aria-hidden="true">
      {SCORES.map((n) => (
        <Icon key={n} name="star" filled={n <= score} />
      ))}
    </span>
  )
}

/** Not solved after all: asks for a second look, with the reason; the answer stands here too. */
export function Reopen({ view, code, onDone }: Props) {
  const [isOpen, setOpen] = useState(false)
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
  return (
    <WordsForm
      title={t('reopen.ask')}
      label={t('reopen.reason')}
      action={t('reopen.send')}
      isFocused
      check={(reason) => (reason.length < 2 ? t('reopen.needs') : '')}
      send={async (reason) => onDone(await askReopen(view.caseNo, reason, code))}
    />
  )
}
