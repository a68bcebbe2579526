import { ROLE_FACTS, ROLES, type RoleKey, type ShiftView } from '@chengyun/contract/org'
import { EmptyState, formatDateTime } from '@chengyun/ui'
import { useQuery } from '@tanstack/react-query'
import { Button, DatePicker, Drawer, Form, Input, Select, Table } from 'antd'
import dayjs, { type Dayjs } from 'dayjs'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, query } from '../../api/client.ts'
import { usePeople } from '../../api/config.ts'
import { useMay } from '../../api/session.ts'
import { QueryError } from '../../parts/states.tsx'
import { usePreferences } from '../../preferences.tsx'
import { useRoleName } from '../../shell/PersonMenu.tsx'
import { RosterImport } from './RosterImport.tsx'
import { useChange } from './useChange.tsx'

/** Who is on duty on a day: shifts, their people and duty grids. */
export default function Duty() {
  const { t } = useTranslation()
  const may = useMay()
  const { language } = usePreferences()
  const roleName = useRoleName()
  const [day, setDay] = useState<Dayjs>(() => dayjs().startOf('day'))
  const [role, setRole] = useState<RoleKey | null>(null)
  const [q, setQ] = useState('')
  const [adding, setAdding] = useState(false)
  const [importing, setImporting] = useState(false)
  const { propose, dialog } = useChange(['shifts'])
  const shifts = useQuery({
    queryKey: ['shifts', day.format('YYYY-MM-DD'), role, q],
    queryFn: ({ signal }) =>
      api<ShiftView[]>(`/org/shifts${query({ from: day.format(), to: day.add(1, 'day').format(), role, q: q.trim() })}`, {
        signal
      })
  })
  const rows = shifts.data ?? []
  return (
    <>
      <div className="admin-tools">
        <Button onClick={() => setDay(day.subtract(1, 'day'))} aria-label={t('duty.before')}>
          ‹
        </Button>
        <DatePicker value={day} allowClear={false} onChange={(d) => d && setDay(d.startOf('day'))} />
        <Button onClick={() => setDay(day.add(1, 'day'))} aria-label={t('duty.after')}>
          ›
        </Button>
        <Select
          allowClear
          value={role}
          placeholder={t('users.role')}
          style={{ width: 140 }}
          options={ROLES.map((value) => ({ value, label: ROLE_FACTS[value][language] }))}
          onChange={(v) => setRole(v ?? null)}
        />
        <Input
          allowClear
          value={q}
          onChange={(e) => setQ(e.target.value)}
          placeholder={t('duty.search')}
          style={{ width: 200 }}
        />
        {may('org:duty') ? (
          <span>
            <Button onClick={() => setImporting(true)}>{t('roster.import')}</Button>{' '}
            <Button type="primary" onClick={() => setAdding(true)}>
              {t('duty.add')}
            </Button>
          </span>
        ) : null}
      </div>
      {shifts.isError ? (
        <QueryError of={shifts} />
      ) : (
        <Table<ShiftView>
          size="small"
          rowKey="id"
          loading={shifts.isPending}
          dataSource={rows}
          pagination={{ pageSize: 50, hideOnSinglePage: true, showTotal: (n) => t('list.total', { n }) }}
          locale={{ emptyText: <EmptyState title={t('duty.none')} hint={t('duty.noneHint')} /> }}
          columns={[
            { title: t('account.name'), dataIndex: 'userName', width: 110 },
            { title: t('users.role'), width: 110, render: (_, s) => roleName(s.role) },
            { title: t('overview.unit'), dataIndex: 'unitName' },
            {
              title: t('duty.time'),
              width: 270,
              render: (_, s) => `${formatDateTime(s.startsAt)} – ${formatDateTime(s.endsAt)}`
            },
            {
              title: t('duty.grids'),
              render: (_, s) =>
                s.dutyGridCodes.slice(0, 3).join('、') + (s.dutyGridCodes.length > 3 ? ` … ${s.dutyGridCodes.length}` : '') || '–'
            },
            {
              title: '',
              width: 80,
              render: (_, s) =>
                may('org:duty') ? (
                  <Button
                    size="small"
                    type="text"
                    onClick={() =>
                      void propose({
                        title: t('duty.remove', { name: s.userName }),
                        path: `/org/shifts/${s.id}`,
                        method: 'DELETE'
                      })
                    }
                  >
                    {t('duty.drop')}
                  </Button>
                ) : null
            }
          ]}
        />
      )}
      <Drawer open={adding} onClose={() => setAdding(false)} size={460} title={t('duty.add')} destroyOnHidden>
        <ShiftForm day={day} propose={propose} />
      </Drawer>
      <Drawer open={importing} onClose={() => setImporting(false)} size={620} title={t('roster.import')} destroyOnHidden>
        <RosterImport propose={propose} />
      </Drawer>
      {dialog}
    </>
  )
}

function ShiftForm({ day, propose }: { day: Dayjs; propose: ReturnType<typeof useChange>['propose'] }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const [role, setRole] = useState<RoleKey>('collector')
  const [q, setQ] = useState('')
  const people = usePeople({ role, limit: 50, ...(q ? { q } : {}) })
  return (
    <Form
      layout="vertical"
      initialValues={{ role, time: [day.hour(8), day.hour(18)] }}
      onFinish={(v: { userId: string; role: RoleKey; time: [Dayjs, Dayjs] }) => {
        const unitId = people.data?.items.find((p) => p.id === v.userId)?.unitId
        return propose({
          title: t('duty.add'),
          path: '/org/shifts',
          method: 'POST',
          body: { userId: v.userId, role: v.role, unitId, startsAt: v.time[0].format(), endsAt: v.time[1].format() }
        })
      }}
    >
      <Form.Item name="role" label={t('users.role')}>
        <Select options={ROLES.map((value) => ({ value, label: ROLE_FACTS[value][language] }))} onChange={setRole} />
      </Form.Item>
      <Form.Item
        name="userId"
        label={t('account.name')}
        rules={[{ required: true, message: t('field.needed', { field: t('account.name') }) }]}
      >
        <Select
          showSearch={{ filterOption: false, onSearch: setQ }}
          options={(people.data?.items ?? []).map((p) => ({ value: p.id, label: `${p.name} · ${p.unitName}` }))}
        />
      </Form.Item>
      <Form.Item
        name="time"
        label={t('duty.time')}
        rules={[{ required: true, message: t('field.needed', { field: t('duty.time') }) }]}
      >
        <DatePicker.RangePicker showTime={{ format: 'HH:mm' }} format="MM-DD HH:mm" />
      </Form.Item>
      <Button type="primary" htmlType="submit">
        {t('change.preview')}
      </Button>
    </Form>
  )
}
