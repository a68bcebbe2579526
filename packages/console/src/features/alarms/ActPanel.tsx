import type { AlarmCard, HandAct } from '@chengyun/contract/alarms'
import { KeyHint } from '@chengyun/ui'
import { Alert, Button, Form } from 'antd'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { ActFields, inputOf } from './ActFields.tsx'
import { useAlarmAct } from './useAlarmAct.ts'

export interface ActPanelProps {
  card: AlarmCard
  act: HandAct
  onClose: () => void
  onDone: () => void
}

/** The form of one act inside the pane. What is typed survives a conflict. */
export function ActPanel({ card, act, onClose, onDone }: ActPanelProps) {
  const { t } = useTranslation()
  const [form] = Form.useForm<Record<string, unknown>>()
  const { send, busy, error } = useAlarmAct(card)
  useEffect(() => {
    const heard = (e: KeyboardEvent) => {
      if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) form.submit()
    }
    addEventListener('keydown', heard)
    return () => removeEventListener('keydown', heard)
  }, [form])
  const submit = async (values: Record<string, unknown>) => {
    if (await send(act, inputOf(values))) onDone()
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
      <Form form={form} layout="vertical" onFinish={submit} disabled={busy} requiredMark={false}>
        <ActFields act={act} card={card} />
        <div className="case-panel-acts">
          <Button type="primary" htmlType="submit" loading={busy}>
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
