import type { CaptchaAnswer, CitizenSession } from '@chengyun/contract/public'
import { type FormEvent, useEffect, useId, useState } from 'react'
import { ApiError } from '../api/client.ts'
import { sendCode, signIn } from '../api/public.ts'
import { t } from '../i18n.ts'
import { PRIVACY } from '../privacy.ts'
import { Captcha } from '../report/Captcha.tsx'
import { Link } from '../router.tsx'
import { Mistake, sayError } from './bits.tsx'

/** A telephone number proved by a one-time code. No password, no account to remember. */
export function SignIn({ onDone }: { onDone: (session: CitizenSession) => void }) {
  const id = useId()
  const [phone, setPhone] = useState('')
  const [code, setCode] = useState('')
  const [againAt, setAgainAt] = useState<number | null>(null)
  const [captcha, setCaptcha] = useState<CaptchaAnswer | null>(null)
  const [tries, setTries] = useState(0)
  const [isAsked, setAsked] = useState(false)
  const [mistake, setMistake] = useState('')
  const [isBusy, setBusy] = useState(false)
  const left = useCountdown(againAt)

  const attempt = async (act: () => Promise<void>) => {
    setBusy(true)
    setMistake('')
    try {
      await act()
    } catch (error) {
      if (error instanceof ApiError && error.code.startsWith('PUBLIC_CAPTCHA')) setAsked(true)
      // A captcha is taken once, right or wrong: the next try shows another.
      setCaptcha(null)
      setTries((n) => n + 1)
      setMistake(sayError(error))
    } finally {
      setBusy(false)
    }
  }
  const askCode = () => {
    if (!/^1[3-9]\d{9}$/.test(phone)) return setMistake(t('sign.phoneShape'))
    void attempt(async () => {
      const sent = await sendCode(phone, captcha ?? undefined)
      setAgainAt(new Date(sent.againAt).getTime())
      setAsked(false)
      setCaptcha(null)
    })
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (againAt === null) return askCode()
    if (!/^\d{6}$/.test(code)) return setMistake(t('sign.codeShape'))
    void attempt(async () => onDone(await signIn(phone, code, PRIVACY)))
  }
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <div className="field">
        <label htmlFor={`${id}-phone`}>{t('sign.phone')}</label>
        <div className="join">
          <input
            id={`${id}-phone`}
            className="input"
            type="tel"
            inputMode="tel"
            autoComplete="tel-national"
            value={phone}
            onChange={(event) => setPhone(event.target.value.replace(/\D/g, '').slice(0, 11))}
          />
          <button type="button" className="button" disabled={isBusy || left > 0} onClick={askCode}>
            {left > 0 ? t('sign.wait', { n: left }) : t('sign.send')}
          </button>
        </div>
        <p className="hint">
          {t('sign.why')} <Link to="/help">{t('sign.privacy')}</Link>
        </p>
      </div>
      {isAsked ? <Captcha key={tries} onAnswer={setCaptcha} /> : null}
      {againAt !== null ? (
        <div className="field">
          <label htmlFor={`${id}-code`}>{t('sign.code')}</label>
          <div className="join">
            <input
              id={`${id}-code`}
              className="input code"
              inputMode="numeric"
              autoComplete="one-time-code"
              value={code}
              onChange={(event) => setCode(event.target.value.replace(/\D/g, '').slice(0, 6))}
            />
            <button type="submit" className="button primary" disabled={isBusy}>
              {t('sign.done')}
            </button>
          </div>
          <p className="hint" role="status">
            {t('sign.sent')}
          </p>
        </div>
      ) : null}
      <Mistake>{mistake}</Mistake>
    </form>
  )
}

/** Whole seconds until a moment, 0 when it is past. */
function useCountdown(until: number | null): number {
  const [now, setNow] = useState(Date.now)
  const left = until === null ? 0 : Math.max(0, Math.ceil((until - now) / 1000))
  useEffect(() => {
    if (until === null) return
    setNow(Date.now())
    const tick = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(tick)
  }, [until])
  return left
}
