import { OPERATION_KEYS, permissionOf } from '@chengyun/contract/cases'
import type { DelegationView } from '@chengyun/contract/org'
import { EmptyState, formatDateTime } from '@chengyun/ui'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, DatePicker, Drawer, Form, Input, Popconfirm, Select, Table } from 'antd'
import dayjs, { type Dayjs } from 'dayjs'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Static } from 'typebox'
import { api } from '../../api/client.ts'
import { usePeople } from '../../api/config.ts'
import { useMay, useSession } from '../../api/session.ts'
import { QueryError } from '../../parts/states.tsx'
import { usePermissionName } from './permissionName.ts'

type Row = Static<typeof DelegationView>

/** Longest time operations may be lent for (the server holds to the same). */
const MOST_DAYS = 30

/** Lending one's own operations to a colleague for a time: what I lent, what was lent to me. */
export default function Delegations() {
  const { t } = useTranslation()
  const { user } = useSession()
  const { message } = App.useApp()
  const client = useQueryClient()
  const nameOf = usePermissionName()
  const [adding, setAdding] = useState(false)
  const found = useQuery({
    queryKey: ['delegations'],
    queryFn: ({ signal }) => api<Row[]>('/org/delegations', { signal })
  })
  const refresh = () => void client.invalidateQueries({ queryKey: ['delegations'] })
  const revoke = async (d: Row) => {
    try {
      await api(`/org/delegations/${d.id}`, { method: 'DELETE' })
      void message.success(t('delegation.revoked', { name: d.userName }))
      refresh()
    } catch (e) {
      void message.error((e as Error).message)
    }
  }
  if (found.isError) return <QueryError of={found} />
  return (
    <>
      <div className="admin-tools">
        <span className="admin-muted">{t('delegation.rule', { days: MOST_DAYS })}</span>
        <Button type="primary" onClick={() => setAdding(true)}>
          {t('delegation.add')}
        </Button>
      </div>
      <Table<Row>
        size="small"
        rowKey="id"
        loading={found.isPending}
        dataSource={found.data ?? []}
        pagination={false}
        locale={{ emptyText: <EmptyState title={t('delegation.none')} hint={t('delegation.noneHint')} /> }}
        columns={[
          { title: t('delegation.from'), dataIndex: 'fromUserName', width: 110 },
          { title: t('delegation.to'), dataIndex: 'userName', width: 110 },
          { title: t('delegation.acts'), render: (_, d) => d.permissions.map(nameOf).join('、') },
          { title: t('duty.time'), width: 270, render: (_, d) => `${formatDateTime(d.from)} – ${formatDateTime(d.to)}` },
          { title: t('field.reason'), dataIndex: 'reason', width: 200 },
          {
            title: '',
            width: 90,
            render: (_, d) =>
              d.fromUserId === user.id ? (
                <Popconfirm title={t('delegation.revokeAsk', { name: d.userName })} onConfirm={() => revoke(d)}>
                  <Button size="small" type="text">
                    {t('delegation.revoke')}
                  </Button>
                </Popconfirm>
              ) : null
          }
        ]}
      />
      <Drawer open={adding} onClose={() => setAdding(false)} size={480} title={t('delegation.add')} destroyOnHidden>
        <DelegationForm
          onDone={() => {
            setAdding(false)
            refresh()
          }}
        />
      </Drawer>
    </>
  )
}

interface Values {
  userId: string
  permissions: string[]
  time: [Dayjs, Dayjs]
  reason: string
}

function DelegationForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation()
  const { user } = useSession()
  const may = useMay()
  const { message } = App.useApp()
  const nameOf = usePermissionName()
  const [q, setQ] = useState('')
  const [error, setError] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const sought = useDeferredValue(q.trim())
  const people = usePeople({ limit: 50, ...(sought ? { q: sought } : {}) })
  const mine = OPERATION_KEYS.map(permissionOf).filter(may)
  const needed = (field: string) => [{ required: true, message: t('field.needed', { field }) }]
  const send = async (v: Values) => {
    setBusy(true)
    setError(null)
    try {
      const [from, to] = v.time
      await api('/org/delegations', {
        body: { userId: v.userId, permissions: v.permissions, reason: v.reason.trim(), from: from.format(), to: to.format() }
      })
      void message.success(t('delegation.done'))
      onDone()
    } catch (e) {
      setError((e as Error).message)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Form<Values>
      layout="vertical"
      onFinish={send}
      disabled={busy}
      requiredMark={false}
      initialValues={{ time: [dayjs().startOf('minute'), dayjs().endOf('day').startOf('minute')] }}
    >
      {error ? <Alert type="error" showIcon title={error} style={{ marginBottom: 12 }} /> : null}
      <Form.Item name="userId" label={t('delegation.to')} rules={needed(t('delegation.to'))}>
        <Select
          showSearch={{ filterOption: false, onSearch: setQ }}
          placeholder={t('delegation.search')}
          loading={people.isFetching}
          options={(people.data?.items ?? [])
            .filter((p) => p.id !== user.id)
            .map((p) => ({ value: p.id, label: `${p.name} · ${p.unitName}` }))}
        />
      </Form.Item>
      <Form.Item name="permissions" label={t('delegation.acts')} rules={needed(t('delegation.acts'))}>
        <Select
          mode="multiple"
          showSearch={{ optionFilterProp: 'label' }}
          options={mine.map((value) => ({ value, label: nameOf(value) }))}
        />
      </Form.Item>
      <Form.Item name="time" label={t('duty.time')} rules={needed(t('duty.time'))}>
        <DatePicker.RangePicker
          showTime={{ format: 'HH:mm' }}
          format="YYYY-MM-DD HH:mm"
          minDate={dayjs().startOf('day')}
          maxDate={dayjs().add(MOST_DAYS, 'day')}
        />
      </Form.Item>
      <Form.Item
        name="reason"
        label={t('field.reason')}
        rules={[...needed(t('field.reason')), { min: 2, message: t('delegation.why') }]}
      >
        <Input.TextArea rows={2} maxLength={200} placeholder={t('delegation.why')} />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={busy}>
        {t('delegation.add')}
      </Button>
    </Form>
  )
}
