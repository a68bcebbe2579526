import { useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Form, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'

/** Changing one's own password; the server says what it asks of one. */
export function PasswordForm() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const client = useQueryClient()
  const [form] = Form.useForm<{ current: string; next: string; again: string }>()
  const [error, setError] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const send = async ({ current, next }: { current: string; next: string }) => {
    setBusy(true)
    setError(null)
    try {
      await api('/session/password', { method: 'PUT', body: { current, next } })
      form.resetFields()
      void client.invalidateQueries({ queryKey: ['session'] })
      void message.success(t('account.passwordChanged'))
    } catch (e) {
      setError((e as Error).message)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Form form={form} layout="vertical" requiredMark={false} onFinish={send} disabled={busy}>
      {error ? <Alert type="error" showIcon title={error} style={{ marginBottom: 12 }} /> : null}
      <Form.Item name="current" label={t('account.current')} rules={[{ required: true, message: t('signin.passwordNeeded') }]}>
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      <Form.Item name="next" label={t('account.next')} rules={[{ required: true, min: 8, message: t('account.nextNeeded') }]}>
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="again"
        label={t('account.again')}
        dependencies={['next']}
        rules={[
          {
            validator: async (_, value) =>
              value === form.getFieldValue('next') ? undefined : Promise.reject(new Error(t('account.againDiffers')))
          }
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={busy}>
        {t('account.change')}
      </Button>
    </Form>
  )
}
