import type { AlarmCard, HandAct } from '@chengyun/contract/alarms'
import { KeyHint } from '@chengyun/ui'
import { useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Form } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, api } from '../../api/client.ts'
import { newKey } from '../../api/key.ts'
import { ActFields, inputOf, NO_FIELDS } from './ActFields.tsx'

export interface ActPanelProps {
  card: AlarmCard
  act: HandAct
  onClose: () => void
  onDone: () => void
}

/** The form of one act inside the pane. What is typed survives a conflict. */
export function ActPanel({ card, act, onClose, onDone }: ActPanelProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { message } = App.useApp()
  const [form] = Form.useForm<Record<string, unknown>>()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<ApiError | null>(null)
  const key = useRef(newKey())
  const submit = useRef<HTMLButtonElement>(null)
  const plain = NO_FIELDS.has(act)
  useEffect(() => {
    if (plain) submit.current?.focus()
  }, [plain])
  useEffect(() => {
    const heard = (e: KeyboardEvent) => {
      if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) form.submit()
    }
    addEventListener('keydown', heard)
    return () => removeEventListener('keydown', heard)
  }, [form])
  const send = async (values: Record<string, unknown>) => {
    setBusy(true)
    setError(null)
    try {
      const next = await api<AlarmCard>(`/alarms/${card.id}/acts/${act}`, {
        body: { version: card.version, ...inputOf(values) },
        idempotencyKey: key.current
      })
      client.setQueryData(['alarm', card.id], next)
      void client.invalidateQueries({ queryKey: ['alarms'] })
      void message.success(t('alarms.done', { act: t(`alarms.do.${act}`), state: t(`alarms.state.${next.state}`) }))
      onDone()
    } catch (e) {
      key.current = newKey()
      setError(e as ApiError)
      if (e instanceof ApiError && e.code === 'ALARMS_VERSION_STALE')
        void client.invalidateQueries({ queryKey: ['alarm', card.id] })
    } finally {
      setBusy(false)
    }
  }
  const name = t(`alarms.do.${act}`)
  return (
    <section className="case-panel" aria-label={name}>
      <h3>{name}</h3>
      {error ? (
        <Alert
          className="case-refusal"
          type={error.code === 'ALARMS_VERSION_STALE' ? 'warning' : 'error'}
          showIcon
          title={error.message}
        />
      ) : null}
      <Form form={form} layout="vertical" onFinish={send} disabled={busy} requiredMark={false}>
        <ActFields act={act} card={card} />
        <div className="case-panel-acts">
          <Button ref={submit as never} type="primary" htmlType="submit" loading={busy}>
            {t('panel.submit', { op: name })} <KeyHint>Ctrl ↵</KeyHint>
          </Button>
          <Button onClick={onClose}>
            {t('panel.cancel')} <KeyHint>Esc</KeyHint>
          </Button>
        </div>
      </Form>
    </section>
  )
}
