import type { CaptchaAnswer, CaptchaView } from '@chengyun/contract/public'
import { useEffect, useId, useRef, useState } from 'react'
import { readCaptcha } from '../api/public.ts'
import { t } from '../i18n.ts'
import { Failure, useAnswer, Waiting } from '../parts/bits.tsx'
import { canWork, doWork } from './work.ts'

/**
 * A picture of a few letters, asked for after repetition only. Who cannot or will not read it lets the device work for some seconds instead: no
 * eyes, no ears, no memory and no arithmetic are asked for (WCAG 2.2, 1.1.1 and 3.3.8).
 */
export function Captcha({ onAnswer }: { onAnswer: (answer: CaptchaAnswer | null) => void }) {
  const id = useId()
  const [text, setText] = useState('')
  const { data, error, again } = useAnswer(readCaptcha, [])
  const { state, start, stop } = useWork(onAnswer)
  if (error) return <Failure error={error} onRetry={again} />
  if (!data) return <Waiting lines={1} />
  return (
    <div className="field sheet">
      <label htmlFor={id}>{t('captcha.label')}</label>
      <div className="row">
        <img className="captcha" src={`data:image/png;base64,${data.png}`} alt={t('captcha.picture')} />
        <button
          type="button"
          className="button text"
          onClick={() => {
            stop()
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
        autoCapitalize="none"
        maxLength={8}
        spellCheck={false}
        aria-describedby={`${id}-hint`}
        onChange={(event) => {
          stop()
          setText(event.target.value)
          onAnswer(event.target.value ? { id: data.id, text: event.target.value.trim() } : null)
        }}
      />
      <p className="hint" id={`${id}-hint`}>
        {t('captcha.hint')}
      </p>
      {canWork() ? (
        <button
          type="button"
          className="button"
          aria-disabled={state !== 'idle'}
          onClick={() => {
            if (state !== 'idle') return
            setText('')
            start(data)
          }}
        >
          {t('captcha.work')}
        </button>
      ) : null}
      <p className="hint" role="status">
        {state === 'idle' ? '' : t(state === 'busy' ? 'captcha.working' : 'captcha.worked')}
      </p>
    </div>
  )
}

/** The work of the device, which ends with the captcha it is for. */
function useWork(onAnswer: (answer: CaptchaAnswer | null) => void) {
  const [state, setState] = useState<'idle' | 'busy' | 'done'>('idle')
  const running = useRef<AbortController>(null)
  const stop = () => {
    running.current?.abort()
    setState('idle')
  }
  useEffect(() => () => running.current?.abort(), [])
  const start = (captcha: CaptchaView) => {
    const controller = new AbortController()
    running.current = controller
    onAnswer(null)
    setState('busy')
    doWork(captcha, controller.signal).then(
      (work) => {
        if (controller.signal.aborted) return
        onAnswer({ id: captcha.id, work })
        setState('done')
      },
      () => undefined
    )
  }
  return { state, start, stop }
}
