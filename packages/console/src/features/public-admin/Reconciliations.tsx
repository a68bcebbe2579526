import type { ReconciliationView } from '@chengyun/contract/public'
import { EmptyState, formatDateTime, formatNumber } from '@chengyun/ui'
import { Button, DatePicker, Select, Table } from 'antd'
import dayjs, { type Dayjs } from 'dayjs'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'wouter'
import { api } from '../../api/client.ts'
import { QueryError } from '../../parts/states.tsx'
import { useAct } from '../../parts/useAct.tsx'
import { useHotlines, useReconciliations } from './data.ts'
import { failureOf } from './failure.ts'

/** A day compared with what the hotline says it sent: what is missing here, what is missing there. */
export function Reconciliations() {
  const { t } = useTranslation()
  const systems = useHotlines()
  const [params, setParams] = useSearchParams()
  const [day, setDay] = useState<Dayjs>(() => dayjs().subtract(1, 'day'))
  const all = systems.data?.items ?? []
  const system = all.find((s) => s.id === params.get('system')) ?? all[0] ?? null
  const found = useReconciliations(system?.id ?? null)
  const { act, busy } = useAct(['reconciliations'])
  if (systems.isError) return <QueryError of={systems} />
  if (found.isError) return <QueryError of={found} />
  if (systems.data && !system) return <EmptyState title={t('pub.systems.none')} hint={t('pub.systems.noneHint')} />
  const compare = () =>
    act(
      () =>
        api<ReconciliationView>(`/public/hotline/systems/${system?.id}/reconciliations`, {
          body: { day: day.format('YYYY-MM-DD') }
        }),
      { done: t('pub.rec.done', { day: day.format('YYYY-MM-DD') }) }
    )
  return (
    <>
      <div className="admin-tools">
        <span translate="no">
          <Select
            value={system?.id ?? null}
            aria-label={t('pub.systems.name')}
            style={{ width: 220 }}
            options={all.map((s) => ({ value: s.id, label: s.name }))}
            onChange={(id: string | null) => setParams(id ? { system: id } : {}, { replace: true })}
          />
        </span>
        <span className="row-acts">
          <DatePicker
            value={day}
            allowClear={false}
            aria-label={t('pub.rec.day')}
            disabledDate={(d) => d.isAfter(dayjs(), 'day')}
            onChange={(d) => d && setDay(d)}
          />
          <Button type="primary" loading={busy} disabled={!system?.listUrl} onClick={() => void compare()}>
            {t('pub.rec.compare')}
          </Button>
        </span>
      </div>
      {system && !system.listUrl ? <p className="admin-muted">{t('pub.rec.noList')}</p> : null}
      <Table<ReconciliationView>
        size="small"
        rowKey="day"
        loading={systems.isPending || found.isPending}
        dataSource={found.data?.items ?? []}
        pagination={false}
        locale={{ emptyText: <EmptyState title={t('pub.rec.none')} hint={t('pub.rec.noneHint')} /> }}
        columns={[
          { title: t('pub.rec.day'), dataIndex: 'day', width: 110 },
          {
            title: t('pub.rec.result'),
            width: 120,
            render: (_, r) => <span className={r.state === 'same' ? '' : 'late'}>{t(`pub.rec.${r.state}`)}</span>
          },
          { title: t('pub.rec.ours'), width: 90, align: 'right', render: (_, r) => formatNumber(r.ours) },
          { title: t('pub.rec.theirs'), width: 90, align: 'right', render: (_, r) => formatNumber(r.theirs) },
          { title: t('pub.rec.difference'), className: 'apart', render: (_, r) => <Difference of={r} /> },
          { title: t('pub.rec.at'), width: 150, render: (_, r) => formatDateTime(r.at) }
        ]}
      />
    </>
  )
}

function Difference({ of }: { of: ReconciliationView }) {
  const { t } = useTranslation()
  if (of.error) {
    const failure = failureOf(of.error)
    return (
      <>
        {t(`pub.failure.${failure.key}`, { status: failure.status ?? '' })}
        <small className="sub wrap">{of.error}</small>
      </>
    )
  }
  const part = (words: string, orders: readonly string[]) =>
    orders.length === 0 ? null : (
      <details>
        <summary>{t(words, { n: orders.length })}</summary>
        <span className="wrap">{orders.join('、')}</span>
      </details>
    )
  return (
    <>
      {part('pub.rec.missingHere', of.missingHere)}
      {part('pub.rec.missingThere', of.missingThere)}
      {of.missingHere.length + of.missingThere.length === 0 ? t('pub.rec.nothing') : null}
    </>
  )
}
