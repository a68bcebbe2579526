import type { Open311KeyView } from '@chengyun/contract/public'
import { EmptyState, formatDateTime, formatShort, useNow } from '@chengyun/ui'
import { Button, Form, Input, Popconfirm, Popover, Table } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { QueryError } from '../../parts/states.tsx'
import { useAct } from '../../parts/useAct.tsx'
import { useOpen311Keys } from './data.ts'
import { Address, Once } from './Once.tsx'

/** Keys with which other systems file reports: made, shown once, revoked for good. */
export function Keys() {
  const { t } = useTranslation()
  const now = useNow(60)
  const keys = useOpen311Keys()
  const { act } = useAct(['open311Keys'])
  const [adding, setAdding] = useState(false)
  const [made, setMade] = useState<Open311KeyView | null>(null)
  const revoke = async (key: Open311KeyView) => {
    await act(() => api(`/public/open311/keys/${key.id}/revoke`, { method: 'POST' }), {
      done: t('pub.keys.revoked', { name: key.name })
    })
    if (made?.id === key.id) setMade(null)
  }
  if (keys.isError) return <QueryError of={keys} />
  return (
    <>
      <dl className="addresses">
        <dt>{t('pub.keys.file')}</dt>
        <dd>
          <Address path="/open311/v2/requests.json" />
        </dd>
        <dt>{t('pub.keys.discovery')}</dt>
        <dd>
          <Address path="/open311/discovery.json" />
        </dd>
      </dl>
      <div className="admin-tools">
        <span className="admin-muted">{t('pub.keys.hint')}</span>
        <Popover
          trigger="click"
          placement="bottomRight"
          open={adding}
          onOpenChange={setAdding}
          destroyOnHidden
          content={
            <KeyForm
              onDone={(key) => {
                setMade(key)
                setAdding(false)
              }}
            />
          }
        >
          <Button type="primary">{t('pub.keys.add')}</Button>
        </Popover>
      </div>
      {made?.key ? (
        <Once title={t('pub.keys.once', { name: made.name })} secret={made.key} onClose={() => setMade(null)} />
      ) : null}
      <Table<Open311KeyView>
        size="small"
        rowKey="id"
        loading={keys.isPending}
        dataSource={keys.data?.items ?? []}
        pagination={false}
        rowClassName={(k) => (k.revokedAt ? 'off' : '')}
        locale={{ emptyText: <EmptyState title={t('pub.keys.none')} hint={t('pub.keys.noneHint')} /> }}
        columns={[
          { title: t('pub.keys.name'), dataIndex: 'name' },
          { title: t('pub.keys.prefix'), width: 140, render: (_, k) => <code>{k.prefix}…</code> },
          { title: t('pub.made'), width: 230, render: (_, k) => `${formatDateTime(k.createdAt)} ${k.createdBy}` },
          {
            title: t('pub.lastUsed'),
            width: 130,
            render: (_, k) => (k.lastUsedAt ? formatShort(k.lastUsedAt, now) : t('pub.neverUsed'))
          },
          {
            title: t('units.state'),
            width: 190,
            render: (_, k) => (k.revokedAt ? t('pub.keys.revokedAt', { at: formatShort(k.revokedAt, now) }) : t('state.active'))
          },
          {
            title: <span className="cy-visually-hidden">{t('pub.acts')}</span>,
            width: 90,
            align: 'right',
            render: (_, k) =>
              k.revokedAt ? null : (
                <Popconfirm
                  title={t('pub.keys.revokeAsk', { name: k.name })}
                  description={t('pub.keys.revokeMeans')}
                  okText={t('pub.keys.revoke')}
                  okButtonProps={{ danger: true }}
                  onConfirm={() => revoke(k)}
                >
                  <Button size="small">{t('pub.keys.revoke')}</Button>
                </Popconfirm>
              )
          }
        ]}
      />
    </>
  )
}

function KeyForm({ onDone }: { onDone: (key: Open311KeyView) => void }) {
  const { t } = useTranslation()
  const { act, busy } = useAct(['open311Keys'])
  const send = async ({ name }: { name: string }) => {
    const key = await act(() => api<Open311KeyView>('/public/open311/keys', { body: { name: name.trim() } }), {
      done: t('pub.keys.madeNow', { name: name.trim() })
    })
    if (key) onDone(key)
  }
  return (
    <Form layout="vertical" requiredMark={false} onFinish={send} disabled={busy} style={{ width: 280 }}>
      <Form.Item
        name="name"
        label={t('pub.keys.name')}
        rules={[{ required: true, whitespace: true, message: t('field.needed', { field: t('pub.keys.name') }) }]}
      >
        <Input maxLength={80} placeholder={t('pub.keys.nameHint')} autoFocus />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={busy}>
        {t('pub.keys.create')}
      </Button>
    </Form>
  )
}
