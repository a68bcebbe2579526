import { type CanView, type CaseRowView, OPERATION_FIELDS, type OperationKey, operationOf } from '@chengyun/contract/cases'
import { formatNumber } from '@chengyun/ui'
import { useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Form } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type ApiError, api } from '../../api/client.ts'
import { newKey } from '../../api/key.ts'
import { FieldInput } from './fields/FieldInput.tsx'
import { neededText, Refusal } from './OperationPanel.tsx'
import { useOperationName } from './words.ts'

interface Outcome {
  done: number
  failed: number
  results: { id: string; ok: boolean; message?: string }[]
}

/** Acts on all marked cases at once: only those every one of them allows and the flow table lets be done in bulk. */
export function BulkBar({
  rows,
  onClear,
  onDone
}: {
  rows: readonly CaseRowView[]
  onClear: () => void
  onDone: (ids: readonly string[]) => void
}) {
  const { t } = useTranslation()
  const operationName = useOperationName()
  const client = useQueryClient()
  const { message } = App.useApp()
  const [op, setOp] = useState<OperationKey | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<ApiError | null>(null)
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  if (rows.length === 0) return null
  const ops = (rows[0]?.can ?? []).filter((o) => operationOf(o).bulk && rows.every((r) => r.can.includes(o)))
  const needs: CanView['needs'] = op
    ? (operationOf(op).needs ?? []).map((n) => ({
        field: n.field,
        required: n.required,
        type: OPERATION_FIELDS[n.field],
        ...(n.options ? { options: [...n.options] } : {})
      }))
    : []
  const send = async (values: Record<string, unknown>) => {
    if (!op) return
    setBusy(true)
    setError(null)
    const input = Object.fromEntries(Object.entries(values).filter(([, v]) => v !== undefined && v !== ''))
    try {
      const result = await api<Outcome>(`/cases/bulk/${op}`, {
        body: { items: rows.map((r) => ({ id: r.id, version: r.version })), input },
        idempotencyKey: newKey()
      })
      for (const k of ['cases', 'case', 'queues', 'overview']) void client.invalidateQueries({ queryKey: [k] })
      if (result.failed === 0) {
        void message.success(t('bulk.done', { op: operationName(op), count: result.done }))
        setOp(null)
        onDone(rows.map((r) => r.id))
      } else setOutcome(result)
    } catch (e) {
      setError(e as ApiError)
    } finally {
      setBusy(false)
    }
  }
  return (
    <section className="bulk" aria-label={t('bulk.label')}>
      {op && !outcome ? (
        <Form layout="vertical" onFinish={send} disabled={busy} requiredMark={false}>
          {error ? <Refusal error={error} /> : null}
          {needs.map((need, i) => (
            <Form.Item
              key={need.field}
              name={need.field}
              label={t(`field.${need.field}`)}
              rules={need.required ? [{ required: true, message: neededText(t, need.field) }] : []}
            >
              <FieldInput need={need} view={null} op={op} autoFocus={i === 0} />
            </Form.Item>
          ))}
          <div className="case-panel-acts">
            <Button type="primary" htmlType="submit" loading={busy}>
              {t('bulk.submit', { op: operationName(op), count: rows.length })}
            </Button>
            <Button onClick={() => setOp(null)}>{t('panel.cancel')}</Button>
          </div>
        </Form>
      ) : null}
      {outcome ? (
        <Alert
          type="warning"
          showIcon
          title={t('bulk.partly', { done: formatNumber(outcome.done), failed: formatNumber(outcome.failed) })}
          description={
            <ul>
              {outcome.results
                .filter((r) => !r.ok)
                .map((r) => (
                  <li key={r.id}>
                    {rows.find((row) => row.id === r.id)?.caseNo} · {r.message}
                  </li>
                ))}
            </ul>
          }
          closable
          onClose={() => {
            onDone(outcome.results.filter((r) => r.ok).map((r) => r.id))
            setOutcome(null)
            setOp(null)
          }}
        />
      ) : null}
      <div className="bulk-bar">
        <b>{t('bulk.marked', { count: rows.length })}</b>
        {ops.map((o) => (
          <Button key={o} size="small" type={o === op ? 'primary' : 'default'} onClick={() => setOp(o)}>
            {operationName(o)}
          </Button>
        ))}
        {ops.length === 0 ? <span>{t('bulk.none')}</span> : null}
        <Button size="small" type="text" onClick={onClear}>
          {t('bulk.clear')}
        </Button>
      </div>
    </section>
  )
}
