import type { AuditPage, AuditRowView, AuditVerdict } from '@chengyun/contract/org'
import { EmptyState, formatDateTime, formatNumber } from '@chengyun/ui'
import { useInfiniteQuery } from '@tanstack/react-query'
import { App, Button, DatePicker, Input, Select, Table } from 'antd'
import type { Dayjs } from 'dayjs'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Static } from 'typebox'
import { api, query } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { LoadMore, QueryError } from '../../parts/states.tsx'

type Row = Static<typeof AuditRowView>
const RESULTS = ['ok', 'denied', 'failed']

/** The record of who did what to the system; chained, so that a missing or changed row is found. */
export default function Audit() {
  const { t } = useTranslation()
  const may = useMay()
  const { message } = App.useApp()
  const [actor, setActor] = useState('')
  const [action, setAction] = useState('')
  const [result, setResult] = useState<string | null>(null)
  const [range, setRange] = useState<[Dayjs | null, Dayjs | null] | null>(null)
  const [checking, setChecking] = useState(false)
  const filter = useDeferredValue(
    query({ actor: actor.trim(), action: action.trim(), result, from: range?.[0]?.format(), to: range?.[1]?.format() })
  )
  const rows = useInfiniteQuery({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam, signal }) =>
      api<Static<typeof AuditPage>>(
        `/audit${filter || '?'}${filter ? '&' : ''}limit=100${pageParam ? `&before=${pageParam}` : ''}`,
        { signal }
      ),
    initialPageParam: 0,
    getNextPageParam: (last) => last.next
  })
  const verify = async () => {
    setChecking(true)
    try {
      const verdict = await api<Static<typeof AuditVerdict>>('/audit/verify', { method: 'POST' })
      if (verdict.brokenAt === null) void message.success(t('audit.whole', { n: formatNumber(verdict.checked) }))
      else void message.error(t('audit.broken', { n: verdict.brokenAt }), 10)
    } catch (e) {
      void message.error((e as Error).message)
    } finally {
      setChecking(false)
    }
  }
  return (
    <>
      <div className="admin-tools">
        <Input
          allowClear
          value={actor}
          onChange={(e) => setActor(e.target.value)}
          placeholder={t('audit.actor')}
          style={{ width: 140 }}
        />
        <Input
          allowClear
          value={action}
          onChange={(e) => setAction(e.target.value)}
          placeholder={t('audit.action')}
          style={{ width: 160 }}
        />
        <Select
          allowClear
          value={result}
          placeholder={t('audit.result')}
          style={{ width: 110 }}
          options={RESULTS.map((value) => ({ value, label: t(`audit.result.${value}`) }))}
          onChange={(v) => setResult(v ?? null)}
        />
        <DatePicker.RangePicker showTime={{ format: 'HH:mm' }} format="MM-DD HH:mm" onChange={(v) => setRange(v)} />
        {may('audit:verify') ? (
          <Button loading={checking} onClick={() => void verify()}>
            {t('audit.verify')}
          </Button>
        ) : null}
        {may('audit:export') ? (
          <Button href={`/api/audit/export${filter}`} download>
            {t('audit.export')}
          </Button>
        ) : null}
      </div>
      {rows.isError ? (
        <QueryError of={rows} />
      ) : (
        <Table<Row>
          size="small"
          rowKey="seq"
          loading={rows.isPending}
          dataSource={rows.data?.pages.flatMap((p) => p.items) ?? []}
          pagination={false}
          locale={{ emptyText: <EmptyState title={t('audit.none')} hint={t('audit.noneHint')} /> }}
          expandable={{
            expandedRowRender: (r) => (
              <pre className="json-view">
                {JSON.stringify(
                  { before: r.before, after: r.after, ip: r.ip, userAgent: r.userAgent, requestId: r.requestId, hash: r.hash },
                  null,
                  2
                )}
              </pre>
            )
          }}
          columns={[
            { title: t('audit.seq'), dataIndex: 'seq', width: 80 },
            { title: t('overview.at'), width: 160, render: (_, r) => formatDateTime(r.at, true) },
            { title: t('audit.actor'), dataIndex: 'actorName', width: 120 },
            { title: t('audit.action'), width: 180, render: (_, r) => t(`audit.act.${r.action}`, { defaultValue: r.action }) },
            { title: t('audit.object'), render: (_, r) => [r.objectType, r.objectId].filter(Boolean).join(' ') || '–' },
            { title: t('audit.result'), width: 80, render: (_, r) => t(`audit.result.${r.result}`, { defaultValue: r.result }) },
            {
              title: t('field.reason'),
              dataIndex: 'reason',
              width: 200,
              render: (v: string | null) => (v ? t(`audit.reason.${v}`, { defaultValue: v }) : '')
            }
          ]}
        />
      )}
      <LoadMore list={rows} />
    </>
  )
}
