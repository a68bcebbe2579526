import type { CaptchaAnswer } from '@chengyun/contract/public'
import { useId, useState } from 'react'
import { readCaptcha } from '../api/public.ts'
import { t } from '../i18n.ts'
import { Failure, useAnswer, Waiting } from '../parts/bits.tsx'

/** A picture of a few letters, asked for after repetition only; who cannot read it may call the hotline instead. */
export function Captcha({ onAnswer }: { onAnswer: (answer: CaptchaAnswer | null) => void }) {
  const id = useId()
  const [text, setText] = useState('')
  const { data, error, again } = useAnswer(readCaptcha, [])
  if (error) return <Failure error={error} onRetry={again} />
  if (!data) return <Waiting lines={1} />
  return (
    <div className="field sheet">
      <label htmlFor={id}>{t('captcha.label')}</label>
      <div className="row">
        <img className="captcha" src={`data:image/svg+xml;utf8,${encodeURIComponent(data.svg)}`} alt={t('captcha.picture')} />
        <button
          type="button"
          className="button text"
          onClick={() => {
            setText('')
            onAnswer(null)
            again()
          }}
        >
          {t('captcha.other')}
        </button>
      </div>
      <input
        id={id}
        className="input code"
        value={text}
        autoComplete="off"
        maxLength={8}
        spellCheck={false}
        aria-describedby={`${id}-hint`}
        onChange={(event) => {
          setText(event.target.value)
          onAnswer(event.target.value ? { id: data.id, text: event.target.value.trim() } : null)
        }}
      />
      <p className="hint" id={`${id}-hint`}>
        {t('captcha.hint')}
      </p>
    </div>
  )
}
