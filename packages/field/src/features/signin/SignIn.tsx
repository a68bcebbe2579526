import type { SignInPage } from '@chengyun/contract/org'
import { setLanguage } from '@chengyun/ui/i18n.ts'
import { type FormEvent, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, api } from '../../app/api.ts'
import { goBack } from '../../app/route.ts'
import { signIn, useSession } from '../../app/session.ts'
import { Act, Note } from '../../parts/Screen.tsx'
import './signin.css'

const FIELD_ROLES = new Set(['collector', 'handler'])

/** Name and password, the second factor when the server asks for it. In the demonstration its field accounts are one tap away. */
export function SignIn() {
  const { t, i18n } = useTranslation()
  const { person, expired } = useSession()
  const [page, setPage] = useState<SignInPage | null>(null)
  const [name, setName] = useState(person?.user.username ?? '')
  const [password, setPassword] = useState('')
  const [totp, setTotp] = useState<string | null>(null)
  const [error, setError] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  useEffect(() => {
    const stop = new AbortController()
    api<SignInPage>('/sign-in', { signal: stop.signal }).then(setPage, () => undefined)
    return () => stop.abort()
  }, [])

  const enter = async (username: string, secret: string) => {
    setBusy(true)
    setError(null)
    try {
      await signIn({ username: username.trim(), password: secret, ...(totp ? { totp } : {}) })
      if (location.hash.startsWith('#/sign-in')) goBack()
    } catch (e) {
      if (!(e instanceof ApiError)) throw e
      if (/TOTP/.test(e.code) && totp === null) setTotp('')
      else setError(e.status === 0 ? t('signin.noLine') : e.message)
    } finally {
      setBusy(false)
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!name.trim() || !password) setError(t('signin.bothNeeded'))
    else void enter(name, password)
  }
  const accounts = page?.demo?.accounts.filter((a) => FIELD_ROLES.has(a.role)) ?? []

  return (
    <main className="f-screen f-signin">
      <header>
        <svg viewBox="0 0 512 512" aria-hidden="true">
          <path d="M351 161a134 134 0 1 0 0 190" fill="none" stroke="#fff" strokeWidth="50" strokeLinecap="round" />
          <circle cx="352" cy="256" r="40" fill="#ffc53d" />
        </svg>
        <div>
          <h1>{t('app.name')}</h1>
          <p>{t('signin.what')}</p>
        </div>
        <button type="button" onClick={() => setLanguage(i18n.language === 'zh' ? 'en' : 'zh')}>
          {t('app.otherLanguage')}
        </button>
      </header>
      <div className="f-body">
        <form onSubmit={submit}>
          {expired && !error ? <Note kind="calm">{t('signin.expired')}</Note> : null}
          {error ? <Note kind="bad">{error}</Note> : null}
          {error && person ? <Note kind="calm">{t('signin.kept')}</Note> : null}
          {totp === null ? (
            <>
              <label className="f-field">
                <span>{t('signin.username')}</span>
                <input
                  className="f-input"
                  autoComplete="username"
                  autoCapitalize="none"
                  value={name}
                  onChange={(e) => setName(e.target.value)}
                />
              </label>
              <label className="f-field">
                <span>{t('signin.password')}</span>
                <input
                  className="f-input"
                  type="password"
                  autoComplete="current-password"
                  value={password}
                  onChange={(e) => setPassword(e.target.value)}
                />
              </label>
            </>
          ) : (
            <label className="f-field">
              <span>{t('signin.totp')}</span>
              <input
                className="f-input"
                inputMode="numeric"
                autoComplete="one-time-code"
                maxLength={6}
                value={totp}
                onChange={(e) => setTotp(e.target.value)}
              />
            </label>
          )}
          <button type="submit" className="f-act" data-kind="primary" disabled={busy}>
            {t(busy ? 'signin.busy' : 'signin.enter')}
          </button>
          {person ? <Act onClick={goBack}>{t('signin.later')}</Act> : null}
          {page?.oidc ? (
            <a className="f-act" href={page.oidc.url}>
              {t('signin.oidc', { name: page.oidc.name })}
            </a>
          ) : null}
        </form>
        {accounts.length > 0 ? (
          <section>
            <h2 className="f-h2">{t('signin.demo')}</h2>
            {accounts.map((a) => (
              <button
                key={a.username}
                type="button"
                className="f-row"
                onClick={() => void enter(a.username, page?.demo?.password ?? '')}
              >
                <div>
                  <b>{t(`role.${a.role}`)}</b>
                  <small>
                    {a.name} · {a.unitName}
                  </small>
                </div>
                <code>{a.username}</code>
              </button>
            ))}
          </section>
        ) : null}
      </div>
    </main>
  )
}
