import type { HotlineSystemChange, HotlineSystemCreate, HotlineSystemView } from '@chengyun/contract/public'
import { formatDateTime } from '@chengyun/ui'
import { Button, Form, Input, Popconfirm, Select, Switch } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { useAct } from '../../parts/useAct.tsx'
import { Address, Once } from './Once.tsx'

const SYSTEMS_OF_COORDINATES = ['CGCS2000', 'WGS84', 'GCJ02', 'BD09'] as const
const URL_PATTERN = /^https?:\/\/\S+$/

type Values = Omit<HotlineSystemCreate, 'webhookUrl' | 'listUrl'> & { webhookUrl?: string | null; listUrl?: string | null }

const address = (value: string | null | undefined): string | null => value?.trim() || null
const fieldsOf = (s: HotlineSystemView): HotlineSystemChange => ({
  name: s.name,
  webhookUrl: s.webhookUrl,
  listUrl: s.listUrl,
  crs: s.crs,
  enabled: s.enabled
})

export interface SystemCardProps {
  /** Null: a new one. */
  system: HotlineSystemView | null
  /** With the secret in it. */
  onMade: (system: HotlineSystemView) => void
  onDone: () => void
}

/** A hotline: what the other side needs from us, its addresses, its secret. */
export function SystemCard({ system, onMade, onDone }: SystemCardProps) {
  const { t } = useTranslation()
  const { act, busy } = useAct(['hotlines'])
  const [secret, setSecret] = useState<string | null>(null)
  const send = async (v: Values) => {
    const body: HotlineSystemChange = {
      name: v.name.trim(),
      webhookUrl: address(v.webhookUrl),
      listUrl: address(v.listUrl),
      crs: v.crs,
      enabled: v.enabled
    }
    if (!system) {
      const made = await act(() => api<HotlineSystemView>('/public/hotline/systems', { body: { key: v.key, ...body } }), {
        done: t('pub.systems.made', { name: body.name })
      })
      if (made) onMade(made)
      return
    }
    const path = `/public/hotline/systems/${system.id}`
    const before = fieldsOf(system)
    const saved = await act(() => api(path, { method: 'PUT', body }), {
      done: t('pub.systems.saved', { name: body.name }),
      undo: () => api(path, { method: 'PUT', body: before })
    })
    if (saved) onDone()
  }
  const rotate = async (of: HotlineSystemView) => {
    const next = await act(() => api<HotlineSystemView>(`/public/hotline/systems/${of.id}/secret`, { method: 'POST' }), {
      done: t('pub.systems.rotated')
    })
    setSecret(next?.secret ?? null)
  }
  const needed = (label: string) => ({ required: true, whitespace: true, message: t('field.needed', { field: label }) })
  const isUrl = { pattern: URL_PATTERN, message: t('pub.systems.urlWrong') }
  return (
    <>
      {system ? (
        <dl className="addresses">
          <dt>{t('pub.systems.ours')}</dt>
          <dd>
            <Address path={`/api/exchange/hotline/${system.key}/orders`} />
          </dd>
          <dt>{t('pub.made')}</dt>
          <dd>
            {formatDateTime(system.createdAt)} {system.createdBy}
          </dd>
        </dl>
      ) : null}
      <Form<Values>
        layout="vertical"
        requiredMark={false}
        disabled={busy}
        onFinish={send}
        initialValues={system ?? { crs: 'GCJ02', enabled: true }}
      >
        {system ? null : (
          <Form.Item
            name="key"
            label={t('pub.systems.key')}
            extra={t('pub.systems.keyHint')}
            rules={[needed(t('pub.systems.key')), { pattern: /^[a-z0-9][a-z0-9-]{1,38}$/, message: t('pub.systems.keyWrong') }]}
          >
            <Input maxLength={39} placeholder="qingdao-12345" autoFocus />
          </Form.Item>
        )}
        <Form.Item name="name" label={t('pub.systems.name')} rules={[needed(t('pub.systems.name'))]}>
          <Input maxLength={80} />
        </Form.Item>
        <Form.Item name="webhookUrl" label={t('pub.systems.webhook')} extra={t('pub.systems.webhookHint')} rules={[isUrl]}>
          <Input maxLength={500} placeholder="https://" inputMode="url" />
        </Form.Item>
        <Form.Item name="listUrl" label={t('pub.systems.list')} extra={t('pub.systems.listHint')} rules={[isUrl]}>
          <Input maxLength={500} placeholder="https://" inputMode="url" />
        </Form.Item>
        <Form.Item name="crs" label={t('pub.systems.crs')} extra={t('pub.systems.crsHint')}>
          <Select options={SYSTEMS_OF_COORDINATES.map((value) => ({ value, label: t(`pub.crs.${value}`) }))} />
        </Form.Item>
        <Form.Item name="enabled" label={t('pub.systems.enabled')} extra={t('pub.systems.enabledHint')} valuePropName="checked">
          <Switch />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={busy}>
          {t(system ? 'pub.save' : 'pub.systems.create')}
        </Button>
      </Form>
      {system ? (
        <section className="card-part">
          <h3>{t('pub.systems.secret')}</h3>
          <p className="admin-muted">{t('pub.systems.secretHint', { at: formatDateTime(system.secretAt) })}</p>
          {secret ? (
            <Once title={t('pub.systems.once', { name: system.name })} secret={secret} onClose={() => setSecret(null)} />
          ) : null}
          <Popconfirm
            title={t('pub.systems.rotateAsk')}
            description={t('pub.systems.rotateMeans')}
            okText={t('pub.systems.rotate')}
            okButtonProps={{ danger: true }}
            onConfirm={() => rotate(system)}
          >
            <Button disabled={busy}>{t('pub.systems.rotate')}</Button>
          </Popconfirm>
        </section>
      ) : null}
    </>
  )
}
