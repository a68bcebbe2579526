import { Skeleton } from '@chengyun/ui'
import { Alert, Button, Form, Input } from 'antd'
import type { TFunction } from 'i18next'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../api/client.ts'
import { useCity } from '../../api/reference.ts'
import { useSessionActs, useSignInPage } from '../../api/session.ts'
import { usePreferences } from '../../preferences.tsx'
import { CityMark } from './CityMark.tsx'
import { DemoAccounts } from './DemoAccounts.tsx'
import './signin.css'

interface Values {
  username: string
  password: string
  totp?: string
}

/** Codes by which the server asks for the second factor instead of refusing. */
const ASKS_TOTP = /TOTP/

/** What single sign-on brought back in the address instead of a session; said once, then taken out of the address. */
function cameBackWith(t: TFunction): string | null {
  const code = new URLSearchParams(location.search).get('signInError')
  if (!code) return null
  history.replaceState(null, '', location.pathname)
  return t(`signin.error.${code}`, { defaultValue: t('signin.error.other', { code }) })
}

/** Sign-in: name and password, second factor when asked, the demo's accounts when it is one. */
export function SignIn() {
  const { t } = useTranslation()
  const { signIn } = useSessionActs()
  const { language, setLanguage, mode, setMode } = usePreferences()
  const [form] = Form.useForm<Values>()
  const [step, setStep] = useState<'password' | 'totp'>('password')
  const [error, setError] = useState<string | null>(() => cameBackWith(t))
  const [busy, setBusy] = useState(false)
  const options = useSignInPage()
  const city = useCity()

  const demo = options.data?.demo ?? null

  const submit = async (values: Values) => {
    setBusy(true)
    setError(null)
    try {
      await signIn(values)
    } catch (e) {
      const asked = e instanceof ApiError && ASKS_TOTP.test(e.code)
      if (asked) {
        if (step === 'totp') setError(e.message)
        setStep('totp')
        form.setFieldValue('totp', '')
      } else setError((e as Error).message)
    } finally {
      setBusy(false)
    }
  }

  return (
    <div className="signin">
      <header>
        <button type="button" onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}>
          {t('person.language')}
        </button>
        <button type="button" onClick={() => setMode(mode === 'dark' ? 'light' : 'dark')}>
          {t(mode === 'dark' ? 'person.light' : 'person.dark')}
        </button>
      </header>
      <section className="signin-box">
        <CityMark />
        <h1>{city.data ? t('signin.title', { city: city.data.name[language] }) : t('app.name')}</h1>
        <p>{t('signin.subtitle')}</p>
        {error ? <Alert type="error" title={error} showIcon className="signin-error" /> : null}
        <Form form={form} layout="vertical" requiredMark={false} onFinish={submit} disabled={busy}>
          <Form.Item
            name="username"
            label={t('signin.username')}
            rules={[{ required: true, message: t('signin.usernameNeeded') }]}
            hidden={step === 'totp'}
          >
            <Input autoFocus autoComplete="username" size="large" />
          </Form.Item>
          <Form.Item
            name="password"
            label={t('signin.password')}
            rules={[{ required: true, message: t('signin.passwordNeeded') }]}
            hidden={step === 'totp'}
          >
            <Input.Password autoComplete="current-password" size="large" />
          </Form.Item>
          {step === 'totp' ? (
            <Form.Item
              name="totp"
              label={t('signin.totp')}
              extra={t('signin.totpHint')}
              rules={[{ required: true, pattern: /^\d{6}$/, message: t('signin.totpNeeded') }]}
            >
              <Input autoFocus inputMode="numeric" autoComplete="one-time-code" maxLength={6} size="large" />
            </Form.Item>
          ) : null}
          <Button type="primary" htmlType="submit" block size="large" loading={busy}>
            {t(step === 'totp' ? 'signin.verify' : 'signin.submit')}
          </Button>
          {step === 'totp' ? (
            <Button type="link" block onClick={() => setStep('password')}>
              {t('signin.back')}
            </Button>
          ) : null}
        </Form>
        {options.data?.oidc && step === 'password' ? (
          <Button block href={options.data.oidc.url} className="signin-oidc">
            {t('signin.oidc', { name: options.data.oidc.name })}
          </Button>
        ) : null}
      </section>
      {options.isPending ? <Skeleton lines={4} /> : null}
      {demo ? (
        <DemoAccounts
          accounts={demo.accounts}
          onChoose={(a) => {
            form.setFieldsValue({ username: a.username, password: demo.password })
            setStep('password')
            void submit({ username: a.username, password: demo.password })
          }}
        />
      ) : null}
    </div>
  )
}
