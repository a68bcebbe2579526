import type { TaskView } from '@chengyun/contract/alarms'
import { Form, Input } from 'antd'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { setPermit } from '../../api/actuation.ts'
import { api } from '../../api/client.ts'
import { newKey } from '../../api/key.ts'
import { FormModal } from '../../parts/FormModal.tsx'
import { useAct } from '../../parts/useAct.tsx'
import { usePreferences } from '../../preferences.tsx'

export interface Wanted {
  actuator: string
  command: string
  name: string
}
interface Item {
  id: string
  code: string
  name: string
}

/** A command cannot be taken back once it is out: the code of the item is typed again, and a reason. */
export function CommandForm({
  item,
  wanted,
  alarmId,
  onClose
}: {
  item: Item
  wanted: Wanted
  alarmId?: string
  onClose: () => void
}) {
  const { t } = useTranslation()
  const { act, busy } = useAct(['actuation', 'alarm'])
  const key = useRef(newKey())
  const { actuator, command, name } = wanted
  const send = async ({ confirm, reason }: { confirm: string; reason: string }) => {
    const body = { itemId: item.id, actuator, command, confirm: confirm.trim(), reason, ...(alarmId && { alarmId }) }
    const done = await act(() => api<TaskView>('/alarms/tasks', { body, idempotencyKey: key.current }), {
      done: t('alarms.tasked', { name })
    })
    key.current = newKey()
    if (done) onClose()
  }
  const { code } = item
  return (
    <FormModal
      title={t('alarms.actuate', { name })}
      hint={t('alarms.actuateHint', { item: item.name || code })}
      ok={t('alarms.give')}
      busy={busy}
      onClose={onClose}
      onSend={send}
    >
      <Form.Item
        name="confirm"
        label={t('alarms.typeCode', { code })}
        rules={[
          {
            required: true,
            validator: (_, v: string | undefined) =>
              v?.trim() === code ? Promise.resolve() : Promise.reject(new Error(t('alarms.codeDiffers', { code })))
          }
        ]}
      >
        <Input autoFocus autoComplete="off" />
      </Form.Item>
      <Reason />
    </FormModal>
  )
}

interface PermitFormProps {
  item: Item
  actuator: { key: string; name: { zh: string; en: string } }
  onClose: () => void
}

/** Who allows rules to use an actuator of this item by themselves says why. */
export function PermitForm({ item, actuator, onClose }: PermitFormProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const { act, busy } = useAct(['actuation'])
  const send = async ({ reason }: { reason: string }) => {
    const withdraw = { allowed: false, reason: t('change.undo') }
    const done = await act(() => setPermit(item.id, actuator.key, { allowed: true, reason }), {
      done: t('alarms.permitted'),
      undo: () => setPermit(item.id, actuator.key, withdraw)
    })
    if (done) onClose()
  }
  return (
    <FormModal
      title={t('alarms.permitTitle', { name: actuator.name[language] })}
      hint={t('alarms.permitHint', { item: item.name || item.code })}
      ok={t('alarms.permit')}
      busy={busy}
      onClose={onClose}
      onSend={send}
    >
      <Reason focus />
    </FormModal>
  )
}

/** Why something is done: always asked for. */
export function Reason({ focus = false }: { focus?: boolean }) {
  const { t } = useTranslation()
  return (
    <Form.Item
      name="reason"
      label={t('alarms.reasonLabel')}
      rules={[{ required: true, min: 2, whitespace: true, message: t('alarms.reasonNeeded') }]}
    >
      <Input.TextArea autoSize={{ minRows: 2 }} maxLength={500} autoFocus={focus} />
    </Form.Item>
  )
}
