import { type AlarmBulkResult, type AlarmView, BULK_ACTS, type BulkAct, type IncidentView } from '@chengyun/contract/alarms'
import { formatNumber } from '@chengyun/ui'
import { useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Form } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Static } from 'typebox'
import { useLocation } from 'wouter'
import { type ApiError, api } from '../../api/client.ts'
import { newKey } from '../../api/key.ts'
import { useMay } from '../../api/session.ts'
import { ActFields, inputOf } from './ActFields.tsx'
import { MergeForm, SplitForm } from './IncidentForms.tsx'
import { incidentAddress } from './words.ts'

type Result = Static<typeof AlarmBulkResult>
/** What is done to alarms together. */
type Grouping = 'split' | 'merge'
const isGrouping = (act: string): act is Grouping => act === 'split' || act === 'merge'

export interface AlarmBulkProps {
  rows: readonly AlarmView[]
  /** How many rows are loaded, to offer all of them. */
  all: number
  /** Where they are shown as its alarms: they can leave it. */
  incident?: IncidentView
  onAll: () => void
  onClear: () => void
}

/** One act for all marked alarms; those that do not take it are told of one by one. */
export function AlarmBulk({ rows, all, incident, onAll, onClear }: AlarmBulkProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { message } = App.useApp()
  const may = useMay()
  const [, navigate] = useLocation()
  const [act, setAct] = useState<BulkAct | Grouping | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<ApiError | null>(null)
  const [result, setResult] = useState<Result | null>(null)
  if (rows.length === 0) return null
  const acts = BULK_ACTS.filter((a) => rows.some((r) => r.can.includes(a)))
  const groupings: Grouping[] = may('alarms:handle') ? [...(incident ? ['split' as const] : []), 'merge'] : []
  const close = () => {
    setAct(null)
    setResult(null)
    onClear()
  }
  const send = async (one: BulkAct, values: Record<string, unknown>) => {
    setBusy(true)
    setError(null)
    try {
      const ids = rows.filter((r) => r.can.includes(one)).map((r) => r.id)
      const done = await api<Result>('/alarms/bulk', { body: { act: one, ids, ...inputOf(values) }, idempotencyKey: newKey() })
      for (const key of ['alarms', 'alarm']) void client.invalidateQueries({ queryKey: [key] })
      if (done.refused.length > 0) setResult(done)
      else {
        void message.success(t('alarms.bulkDone', { act: t(`alarms.do.${one}`), count: done.done }))
        close()
      }
    } catch (e) {
      setError(e as ApiError)
    } finally {
      setBusy(false)
    }
  }
  return (
    <section className="bulk" aria-label={t('bulk.label')}>
      {error ? <Alert type="error" showIcon title={error.message} /> : null}
      {act === 'merge' ? (
        <MergeForm
          rows={rows}
          onClose={() => setAct(null)}
          onDone={(id) => {
            close()
            navigate(incidentAddress(id))
          }}
        />
      ) : null}
      {act === 'split' && incident ? (
        <SplitForm rows={rows} incident={incident} onClose={() => setAct(null)} onDone={close} />
      ) : null}
      {act && !isGrouping(act) && act !== 'acknowledge' && !result ? (
        <Form
          key={act}
          layout="vertical"
          disabled={busy}
          requiredMark={false}
          onFinish={(values: Record<string, unknown>) => void send(act, values)}
        >
          <ActFields act={act} card={null} />
          <div className="case-panel-acts">
            <Button type="primary" htmlType="submit" loading={busy}>
              {t('alarms.bulkSubmit', { op: t(`alarms.do.${act}`), count: rows.filter((r) => r.can.includes(act)).length })}
            </Button>
            <Button onClick={() => setAct(null)}>{t('panel.cancel')}</Button>
          </div>
        </Form>
      ) : null}
      {result ? (
        <Alert
          type="warning"
          showIcon
          closable
          onClose={close}
          title={t('bulk.partly', { done: formatNumber(result.done), failed: formatNumber(result.refused.length) })}
          description={
            <ul>
              {result.refused.slice(0, 20).map((r) => (
                <li key={r.id}>
                  {t('alarms.no', { no: rows.find((row) => row.id === r.id)?.no ?? '' })} ·{' '}
                  {t(`alarms.refused.${r.code}`, { defaultValue: r.code })}
                </li>
              ))}
            </ul>
          }
        />
      ) : null}
      <div className="bulk-bar">
        <b>{t('alarms.marked', { count: rows.length })}</b>
        {acts.map((a) => (
          <Button
            key={a}
            size="small"
            loading={busy && a === act}
            type={a === act ? 'primary' : 'default'}
            onClick={() => {
              setAct(a)
              setResult(null)
              // Nothing has to be typed: it is done at once.
              if (a === 'acknowledge') void send(a, {})
            }}
          >
            {t(`alarms.do.${a}`)}
          </Button>
        ))}
        {groupings.map((g) => (
          <Button key={g} size="small" type={g === act ? 'primary' : 'default'} onClick={() => setAct(g === act ? null : g)}>
            {t(`alarms.do.${g}`)}
          </Button>
        ))}
        {acts.length + groupings.length === 0 ? <span>{t('bulk.none')}</span> : null}
        {rows.length < all ? (
          <Button size="small" type="link" onClick={onAll}>
            {t('alarms.markAll', { count: all })}
          </Button>
        ) : null}
        <Button size="small" type="text" onClick={onClear}>
          {t('bulk.clear')}
        </Button>
      </div>
    </section>
  )
}
