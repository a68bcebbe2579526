import { ALARM_LEVELS, WEBHOOK_KINDS, type WebhookMade, type WebhookView } from '@chengyun/contract/alarms'
import { EmptyState, formatDateTime, formatNumber, LevelLamp, Skeleton } from '@chengyun/ui'
import { useQuery } from '@tanstack/react-query'
import { Button, Form, Input, Popconfirm, Select, Switch } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Static } from 'typebox'
import { api } from '../../api/client.ts'
import { useDistricts } from '../../api/reference.ts'
import { FormModal } from '../../parts/FormModal.tsx'
import { QueryError } from '../../parts/states.tsx'
import { useAct } from '../../parts/useAct.tsx'
import { Once } from '../public-admin/Once.tsx'
import { GivenUp } from './GivenUp.tsx'
import './rules.css'

type Made = Static<typeof WebhookMade>

/** Addresses alarms are posted to, signed, and tried again until they are taken. */
export default function Webhooks() {
  const { t } = useTranslation()
  const { act, busy } = useAct(['webhooks'])
  const [open, setOpen] = useState<WebhookView | 'new' | null>(null)
  const [made, setMade] = useState<Made | null>(null)
  const found = useQuery({
    queryKey: ['webhooks'],
    queryFn: async ({ signal }) => (await api<{ items: WebhookView[] }>('/alarms/webhooks', { signal })).items,
    refetchInterval: 30_000
  })
  if (found.isPending) return <Skeleton lines={6} />
  if (found.isError && !found.data) return <QueryError of={found} />
  const rows = found.data
  return (
    <>
      <div className="admin-tools">
        <Button type="primary" onClick={() => setOpen('new')}>
          {t('arules.addWebhook')}
        </Button>
      </div>
      {made?.secret ? (
        <Once title={t('arules.webhookSecret', { name: made.name })} secret={made.secret} onClose={() => setMade(null)} />
      ) : null}
      {rows.length === 0 ? <EmptyState title={t('arules.noWebhooks')} hint={t('arules.noWebhooksHint')} /> : null}
      {rows.length > 0 ? (
        <table className="rules-table">
          <thead>
            <tr>
              {['webhook', 'levels', 'waiting', 'givenUp', 'sent', 'on'].map((c) => (
                <th key={c} scope="col">
                  {t(`arules.col.${c}`)}
                </th>
              ))}
              <th scope="col" />
            </tr>
          </thead>
          <tbody>
            {rows.map((w) => (
              <tr key={w.id} className={w.enabled ? '' : 'off'}>
                <th scope="row">
                  {w.name}
                  <small>{w.url}</small>
                </th>
                <td>
                  <span className="rules-levels">
                    {(w.levels.length === 0 ? ALARM_LEVELS : w.levels).map((level) => (
                      <LevelLamp key={level} level={level} />
                    ))}
                  </span>
                </td>
                <td className="num">{formatNumber(w.waiting)}</td>
                <td className="num">{formatNumber(w.givenUp)}</td>
                <td>
                  {formatDateTime(w.lastSentAt)}
                  {w.lastError ? <small className="late">{w.lastError}</small> : null}
                </td>
                <td>{t(w.enabled ? 'arules.yes' : 'arules.no')}</td>
                <td>
                  <Button size="small" type="text" onClick={() => setOpen(w)}>
                    {t('arules.edit')}
                  </Button>
                  <Popconfirm
                    title={t('arules.removeWebhook', { name: w.name })}
                    onConfirm={() =>
                      void act(() => api(`/alarms/webhooks/${w.id}`, { method: 'DELETE' }), { done: t('arules.webhookRemoved') })
                    }
                  >
                    <Button size="small" type="text" danger loading={busy}>
                      {t('streams.remove')}
                    </Button>
                  </Popconfirm>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
      <GivenUp />
      {open ? (
        <WebhookForm
          webhook={open === 'new' ? null : open}
          onClose={() => setOpen(null)}
          onMade={(one) => {
            setMade(one)
            setOpen(null)
          }}
        />
      ) : null}
    </>
  )
}

interface WebhookFormProps {
  webhook: WebhookView | null
  onClose: () => void
  onMade: (made: Made) => void
}

function WebhookForm({ webhook, onClose, onMade }: WebhookFormProps) {
  const { t } = useTranslation()
  const { act, busy } = useAct(['webhooks'])
  const districts = useDistricts()
  const [rotate, setRotate] = useState(false)
  const save = async (body: Record<string, unknown>) => {
    const done = await act(
      () =>
        webhook
          ? api<Made>(`/alarms/webhooks/${webhook.id}${rotate ? '?rotate=true' : ''}`, { method: 'PUT', body })
          : api<Made>('/alarms/webhooks', { body }),
      { done: t('streams.saved') }
    )
    if (done) onMade(done)
  }
  const start = webhook ?? { name: '', url: '', levels: [1, 2], districts: [], packs: [], kinds: [], enabled: true }
  const { name, url, levels, districts: areas, packs, kinds, enabled } = start
  return (
    <FormModal
      title={t(webhook ? 'arules.editWebhook' : 'arules.addWebhook')}
      busy={busy}
      initialValues={{ name, url, levels, districts: areas, packs, kinds, enabled }}
      onClose={onClose}
      onSend={save}
    >
      <Form.Item name="name" label={t('arules.name')} rules={[{ required: true }]}>
        <Input autoFocus maxLength={60} />
      </Form.Item>
      <Form.Item name="url" label="URL" rules={[{ required: true, pattern: /^https?:\/\// }]}>
        <Input maxLength={1000} />
      </Form.Item>
      <Form.Item name="levels" label={t('arules.col.levels')} extra={t('arules.allWhenEmpty')}>
        <Select mode="multiple" options={ALARM_LEVELS.map((value) => ({ value, label: t(`alarms.levelWord.${value}`) }))} />
      </Form.Item>
      <Form.Item name="kinds" label={t('arules.webhookKinds')} extra={t('arules.allWhenEmpty')}>
        <Select mode="multiple" options={WEBHOOK_KINDS.map((value) => ({ value, label: t(`inbox.kind.${value}`) }))} />
      </Form.Item>
      <Form.Item name="districts" label={t('filter.district')} extra={t('arules.allWhenEmpty')}>
        <Select mode="multiple" options={districts.map((d) => ({ value: d.code, label: d.name }))} />
      </Form.Item>
      <Form.Item name="packs" label={t('alarms.filter.pack')} extra={t('arules.allWhenEmpty')}>
        <Select mode="tags" open={false} suffixIcon={null} />
      </Form.Item>
      <Form.Item name="enabled" label={t('streams.field.enabled')} valuePropName="checked">
        <Switch />
      </Form.Item>
      {webhook ? (
        <p>
          <Switch size="small" checked={rotate} onChange={setRotate} aria-label={t('arules.rotateSecret')} />{' '}
          {t('arules.rotateSecret')}
        </p>
      ) : null}
    </FormModal>
  )
}
