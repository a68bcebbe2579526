import type { TotpEnrolment } from '@chengyun/contract/org'
import { useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Form, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Static } from 'typebox'
import { api } from '../../api/client.ts'

type Enrolment = Static<typeof TotpEnrolment>

/** Binding and unbinding an authenticator: scan, enter a code, done. */
export function SecondFactor({ enrolled }: { enrolled: boolean }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const client = useQueryClient()
  const [enrolment, setEnrolment] = useState<Enrolment | null>(null)
  const [removing, setRemoving] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const run = async (act: () => Promise<unknown>, done?: string) => {
    setError(null)
    try {
      await act()
      if (!done) return
      setEnrolment(null)
      setRemoving(false)
      await client.invalidateQueries({ queryKey: ['session'] })
      void message.success(done)
    } catch (e) {
      setError((e as Error).message)
    }
  }
  return (
    <div>
      <p className="account-state">{t(enrolled ? 'account.totpOn' : 'account.totpOff')}</p>
      {error ? <Alert type="error" showIcon title={error} style={{ marginBottom: 12 }} /> : null}
      {enrolment ? (
        <div className="account-qr">
          <img src={enrolment.qr} alt={t('account.qr')} width={168} height={168} />
          <Form
            layout="vertical"
            onFinish={({ code }: { code: string }) =>
              run(() => api('/session/totp', { method: 'PUT', body: { code } }), t('account.totpBound'))
            }
          >
            <p>{t('account.scan')}</p>
            <p>
              <code>{enrolment.secret}</code>
            </p>
            <Form.Item
              name="code"
              label={t('signin.totp')}
              rules={[{ required: true, pattern: /^\d{6}$/, message: t('signin.totpNeeded') }]}
            >
              <Input inputMode="numeric" maxLength={6} autoFocus />
            </Form.Item>
            <Button type="primary" htmlType="submit">
              {t('account.bind')}
            </Button>
          </Form>
        </div>
      ) : enrolled ? (
        removing ? (
          <Form
            layout="vertical"
            onFinish={({ password }: { password: string }) =>
              run(() => api('/session/totp', { method: 'DELETE', body: { password } }), t('account.totpRemoved'))
            }
          >
            <Form.Item
              name="password"
              label={t('account.current')}
              rules={[{ required: true, message: t('signin.passwordNeeded') }]}
            >
              <Input.Password autoFocus />
            </Form.Item>
            <Button danger htmlType="submit">
              {t('account.unbind')}
            </Button>
          </Form>
        ) : (
          <Button onClick={() => setRemoving(true)}>{t('account.unbind')}</Button>
        )
      ) : (
        <Button onClick={() => run(async () => setEnrolment(await api<Enrolment>('/session/totp', { method: 'POST' })))}>
          {t('account.enrol')}
        </Button>
      )}
    </div>
  )
}
