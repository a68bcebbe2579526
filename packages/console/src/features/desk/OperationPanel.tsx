import type { CanView, CaseView, OperationKey } from '@chengyun/contract/cases'
import { formatShort, KeyHint, useNow } from '@chengyun/ui'
import { useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Form } from 'antd'
import type { TFunction } from 'i18next'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, api } from '../../api/client.ts'
import { newKey } from '../../api/key.ts'
import { FieldInput } from './fields/FieldInput.tsx'
import { rememberOpinion } from './fields/opinions.ts'
import { useOperationName } from './words.ts'

export interface OperationPanelProps {
  view: CaseView
  can: CanView
  onClose: () => void
  onDone: (next: CaseView) => void
}

/** What to say of a required field that is empty. */
export const neededText = (t: TFunction, field: string): string =>
  field === 'evidenceIds' ? t('field.neededPhotos') : t('field.needed', { field: t(`field.${field}`) })

/** The form of one act, drawn from its needs, inside the case pane. What is typed survives a conflict. */
export function OperationPanel({ view, can, onClose, onDone }: OperationPanelProps) {
  const { t } = useTranslation()
  const operationName = useOperationName()
  const client = useQueryClient()
  const { message } = App.useApp()
  const [form] = Form.useForm<Record<string, unknown>>()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<ApiError | null>(null)
  const key = useRef(newKey())
  const submit = useRef<HTMLButtonElement>(null)
  const needs = can.needs.filter((n) => n.type !== 'hidden')
  const nothingRequired = needs.every((n) => !n.required)
  useEffect(() => {
    if (nothingRequired) submit.current?.focus()
  }, [nothingRequired])
  useEffect(() => {
    // Heard wherever the focus is: a form of choices may have none.
    const heard = (e: KeyboardEvent) => {
      if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) form.submit()
    }
    addEventListener('keydown', heard)
    return () => removeEventListener('keydown', heard)
  }, [form])

  const send = async (values: Record<string, unknown>) => {
    setBusy(true)
    setError(null)
    const input = Object.fromEntries(
      Object.entries(values).filter(([, v]) => v !== undefined && v !== '' && !(Array.isArray(v) && v.length === 0))
    )
    try {
      const next = await api<CaseView>(`/cases/${view.id}/operations/${can.op}`, {
        body: { version: view.version, ...input },
        idempotencyKey: key.current
      })
      if (typeof input['opinion'] === 'string') rememberOpinion(can.op, input['opinion'])
      client.setQueryData(['case', view.id], next)
      for (const k of ['cases', 'queues', 'overview']) void client.invalidateQueries({ queryKey: [k] })
      void message.success(t('case.done', { op: operationName(can.op), status: t(`status.${next.status}`) }))
      onDone(next)
    } catch (e) {
      key.current = newKey()
      setError(e as ApiError)
      if (e instanceof ApiError && e.code === 'CASE_VERSION_STALE') void client.invalidateQueries({ queryKey: ['case', view.id] })
    } finally {
      setBusy(false)
    }
  }

  return (
    <section className="case-panel" aria-label={operationName(can.op)}>
      <h3>{operationName(can.op)}</h3>
      {error ? <Refusal error={error} /> : null}
      <Form
        form={form}
        layout="vertical"
        onFinish={send}
        disabled={busy}
        requiredMark={(label, { required }) =>
          required ? (
            label
          ) : (
            <>
              {label} <small>{t('field.optional')}</small>
            </>
          )
        }
      >
        {needs.map((need, i) => (
          <Form.Item
            key={need.field}
            name={need.field}
            label={need.type === 'flag' ? null : t(`field.${need.field}`)}
            valuePropName={need.type === 'flag' ? 'checked' : 'value'}
            rules={need.required ? [{ required: true, message: neededText(t, need.field) }] : []}
          >
            <FieldInput need={need} view={view} op={can.op} autoFocus={i === 0 && need.required} />
          </Form.Item>
        ))}
        <div className="case-panel-acts">
          <Button ref={submit as never} type="primary" htmlType="submit" loading={busy}>
            {t('panel.submit', { op: operationName(can.op) })} <KeyHint>Ctrl ↵</KeyHint>
          </Button>
          <Button onClick={onClose}>
            {t('panel.cancel')} <KeyHint>Esc</KeyHint>
          </Button>
        </div>
      </Form>
    </section>
  )
}

/** A step somebody else took since the case was read. */
interface MissedStep {
  seq: number
  op: string
  by?: string
  at?: string
}

/** Why the server refused, and on a conflict what changed meanwhile. */
export function Refusal({ error }: { error: ApiError }) {
  const { t } = useTranslation()
  const operationName = useOperationName()
  const now = useNow(60)
  const stale = error.code === 'CASE_VERSION_STALE'
  const changes = stale ? ((error.details as { changes?: MissedStep[] } | null)?.changes ?? []) : []
  return (
    <Alert
      type={stale ? 'warning' : 'error'}
      showIcon
      className="case-refusal"
      title={error.message}
      description={
        stale ? (
          <>
            <ul>
              {changes.map((c) => (
                <li key={c.seq}>
                  {[c.at ? formatShort(c.at, now) : null, c.by, operationName(c.op as OperationKey)].filter(Boolean).join(' · ')}
                </li>
              ))}
            </ul>
            {t('panel.stale')}
          </>
        ) : null
      }
    />
  )
}
