import type { TokenView } from '@chengyun/contract/org'
import { EmptyState, formatDateTime, formatShort, Skeleton, useNow } from '@chengyun/ui'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Form, Input, Popconfirm, Select, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Static } from 'typebox'
import { api } from '../../api/client.ts'
import { useSession } from '../../api/session.ts'
import { QueryError } from '../../parts/states.tsx'
import { usePermissionName } from '../admin/permissionName.ts'

type Token = Static<typeof TokenView>

const DAYS = [7, 30, 90, 365]

/** Access tokens for programs that act in my name: made, shown once, revoked. */
export function Tokens() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const client = useQueryClient()
  const now = useNow(60)
  const [adding, setAdding] = useState(false)
  const [made, setMade] = useState<Token | null>(null)
  const found = useQuery({
    queryKey: ['tokens'],
    queryFn: ({ signal }) => api<Token[]>('/session/tokens', { signal })
  })
  const refresh = () => void client.invalidateQueries({ queryKey: ['tokens'] })
  const revoke = async (token: Token) => {
    try {
      await api(`/session/tokens/${token.id}`, { method: 'DELETE' })
      if (made?.id === token.id) setMade(null)
      void message.success(t('token.revoked', { name: token.name }))
      refresh()
    } catch (e) {
      void message.error((e as Error).message)
    }
  }
  if (found.isPending) return <Skeleton lines={2} />
  if (found.isError) return <QueryError of={found} />
  return (
    <div>
      <p className="account-state">{t('token.hint')}</p>
      {made?.token ? (
        <Alert
          type="success"
          style={{ marginBottom: 12 }}
          title={t('token.once', { name: made.name })}
          description={
            <Typography.Text code copyable={{ text: made.token, tooltips: [t('token.copy'), t('token.copied')] }}>
              {made.token}
            </Typography.Text>
          }
          closable
          onClose={() => setMade(null)}
        />
      ) : null}
      {found.data.length === 0 && !adding ? <EmptyState title={t('token.none')} /> : null}
      <ul className="account-tokens">
        {found.data.map((token) => (
          <li key={token.id}>
            <b>{token.name}</b>
            <span>
              {t('token.until', { at: formatDateTime(token.expiresAt) })} ·{' '}
              {token.lastUsedAt ? t('token.used', { at: formatShort(token.lastUsedAt, now) }) : t('token.unused')}
              {token.permissions ? ` · ${t('token.permissions', { n: token.permissions.length })}` : ''}
            </span>
            <Popconfirm title={t('token.revokeAsk', { name: token.name })} onConfirm={() => revoke(token)}>
              <Button size="small">{t('token.revoke')}</Button>
            </Popconfirm>
          </li>
        ))}
      </ul>
      {adding ? (
        <TokenForm
          onCancel={() => setAdding(false)}
          onDone={(token) => {
            setAdding(false)
            setMade(token)
            refresh()
          }}
        />
      ) : (
        <Button onClick={() => setAdding(true)}>{t('token.add')}</Button>
      )}
    </div>
  )
}

function TokenForm({ onDone, onCancel }: { onDone: (token: Token) => void; onCancel: () => void }) {
  const { t } = useTranslation()
  const { permissions } = useSession()
  const nameOf = usePermissionName()
  const [error, setError] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const send = async (v: { name: string; days: number; permissions?: string[] }) => {
    setBusy(true)
    setError(null)
    try {
      const chosen = v.permissions && v.permissions.length > 0 ? { permissions: v.permissions } : {}
      onDone(await api<Token>('/session/tokens', { body: { name: v.name.trim(), days: v.days, ...chosen } }))
    } catch (e) {
      setError((e as Error).message)
      setBusy(false)
    }
  }
  return (
    <Form layout="vertical" requiredMark={false} onFinish={send} disabled={busy} initialValues={{ days: 90 }}>
      {error ? <Alert type="error" showIcon title={error} style={{ marginBottom: 12 }} /> : null}
      <Form.Item
        name="name"
        label={t('token.name')}
        rules={[{ required: true, whitespace: true, message: t('field.needed', { field: t('token.name') }) }]}
      >
        <Input maxLength={60} placeholder={t('token.nameHint')} autoFocus />
      </Form.Item>
      <Form.Item name="days" label={t('token.days')}>
        <Select options={DAYS.map((value) => ({ value, label: t('token.nDays', { n: value }) }))} />
      </Form.Item>
      <Form.Item name="permissions" label={t('token.may')} extra={t('token.mayHint')}>
        <Select
          mode="multiple"
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          options={permissions.map((value) => ({ value, label: nameOf(value) }))}
        />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={busy}>
        {t('token.add')}
      </Button>{' '}
      <Button onClick={onCancel}>{t('panel.cancel')}</Button>
    </Form>
  )
}
