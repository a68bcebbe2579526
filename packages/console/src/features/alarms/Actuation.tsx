import type { AlarmCard, TaskView } from '@chengyun/contract/alarms'
import { formatShort, useNow } from '@chengyun/ui'
import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Form, Input, Modal } from 'antd'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { newKey } from '../../api/key.ts'
import { usePreferences } from '../../preferences.tsx'

interface Wanted {
  actuator: string
  command: string
  name: string
}

/** What can be done to the item from afar: each command is confirmed by typing the item's code, and gives a reason. */
export function Actuation({ card }: { card: AlarmCard }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const [wanted, setWanted] = useState<Wanted | null>(null)
  const tasks = card.tasks as TaskView[]
  if (card.actuators.length === 0 && tasks.length === 0) return null
  return (
    <section>
      <h3>{t('alarms.actuation')}</h3>
      {card.actuators.map((a) => (
        <p key={a.key} className="alarm-actuator">
          <span>{a.name[language]}</span>
          {a.commands.map((c) => (
            <Button
              key={c.value}
              size="small"
              onClick={() => setWanted({ actuator: a.key, command: c.value, name: `${a.name[language]} · ${c.name[language]}` })}
            >
              {c.name[language]}
            </Button>
          ))}
        </p>
      ))}
      <Tasks tasks={tasks} card={card} />
      {wanted ? <Confirm card={card} wanted={wanted} onClose={() => setWanted(null)} /> : null}
    </section>
  )
}

function Tasks({ tasks, card }: { tasks: readonly TaskView[]; card: AlarmCard }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const now = useNow(30)
  const client = useQueryClient()
  const { message } = App.useApp()
  const nameOf = (task: TaskView) => {
    const actuator = card.actuators.find((a) => a.key === task.actuator)
    const command = actuator?.commands.find((c) => c.value === task.command)
    return `${actuator?.name[language] ?? task.actuator} · ${command?.name[language] ?? task.command}`
  }
  const cancel = (task: TaskView) =>
    api(`/alarms/tasks/${task.id}/cancel`, { method: 'POST' }).then(
      () => void client.invalidateQueries({ queryKey: ['alarm', card.id] }),
      (e: Error) => void message.error(e.message)
    )
  return (
    <ul className="alarm-tasks">
      {tasks.map((task) => (
        <li key={task.id}>
          <span>
            {nameOf(task)} <em className="flag">{t(`alarms.task.${task.state}`)}</em>
          </span>
          <small>
            {formatShort(task.wantedAt, now)} {task.automatic ? t('alarms.automatic') : task.wantedBy} · {task.reason}
          </small>
          {task.can.includes('cancel') ? (
            <Button size="small" type="text" onClick={() => void cancel(task)}>
              {t('alarms.cancelTask')}
            </Button>
          ) : null}
        </li>
      ))}
    </ul>
  )
}

function Confirm({ card, wanted, onClose }: { card: AlarmCard; wanted: Wanted; onClose: () => void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { message } = App.useApp()
  const [form] = Form.useForm<{ confirm: string; reason: string }>()
  const [busy, setBusy] = useState(false)
  const key = useRef(newKey())
  const send = async ({ confirm, reason }: { confirm: string; reason: string }) => {
    setBusy(true)
    const { actuator, command } = wanted
    try {
      await api('/alarms/tasks', {
        body: { itemId: card.item.id, actuator, command, confirm: confirm.trim(), reason, alarmId: card.id },
        idempotencyKey: key.current
      })
      void message.success(t('alarms.tasked', { name: wanted.name }))
      onClose()
    } catch (e) {
      key.current = newKey()
      void message.error((e as Error).message, 6)
    } finally {
      setBusy(false)
      void client.invalidateQueries({ queryKey: ['alarm', card.id] })
    }
  }
  const code = card.item.code
  return (
    <Modal
      open
      title={t('alarms.actuate', { name: wanted.name })}
      onCancel={onClose}
      onOk={() => form.submit()}
      confirmLoading={busy}
      okText={t('alarms.give')}
      cancelText={t('panel.cancel')}
    >
      <p className="alarm-hint">{t('alarms.actuateHint', { item: card.item.name || code })}</p>
      <Form form={form} layout="vertical" onFinish={send} disabled={busy} requiredMark={false}>
        <Form.Item
          name="confirm"
          label={t('alarms.typeCode', { code })}
          rules={[
            {
              required: true,
              validator: (_, v: string | undefined) =>
                v?.trim() === code ? Promise.resolve() : Promise.reject(new Error(t('alarms.typeCode', { code })))
            }
          ]}
        >
          <Input autoFocus autoComplete="off" />
        </Form.Item>
        <Form.Item
          name="reason"
          label={t('alarms.reasonLabel')}
          rules={[{ required: true, min: 2, message: t('alarms.reasonNeeded') }]}
        >
          <Input.TextArea autoSize={{ minRows: 2 }} maxLength={500} />
        </Form.Item>
      </Form>
    </Modal>
  )
}
