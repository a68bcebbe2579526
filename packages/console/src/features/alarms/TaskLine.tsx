import type { TaskView } from '@chengyun/contract/alarms'
import { formatShort, useNow } from '@chengyun/ui'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { api } from '../../api/client.ts'
import { useAct } from '../../parts/useAct.tsx'
import { usePreferences } from '../../preferences.tsx'

export interface TaskLineProps {
  task: TaskView
  /** The alarm whose card it stands on: no link to itself. */
  here?: string | undefined
}

/** One command: what, how far it is, who wanted it and why. */
export function TaskLine({ task, here }: TaskLineProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const now = useNow(task.state === 'sent' ? 1 : 30)
  const left = task.state === 'sent' && task.dueAt ? Math.ceil((Date.parse(task.dueAt) - now.getTime()) / 1000) : null
  return (
    <li>
      <span>
        {task.name.actuator[language]} · {task.name.command[language]} <TaskState task={task} />
        {left !== null && left > 0 ? <small>{t('alarms.taskLeft', { n: left })}</small> : null}
      </span>
      <small>
        {formatShort(task.wantedAt, now)} {task.automatic ? t('alarms.automatic') : task.wantedBy} · {task.reason}
      </small>
      <TaskFault task={task} />
      {task.alarmId && task.alarmId !== here ? (
        <small>
          <Link href={`/alarms/${task.alarmId}`}>{t('alarms.taskAlarm')}</Link>
        </small>
      ) : null}
      <CancelTask task={task} />
    </li>
  )
}

/** How far a command is, in a word. */
export function TaskState({ task }: { task: TaskView }) {
  const { t } = useTranslation()
  const bad = task.state === 'failed' || task.state === 'timedOut'
  return <em className={`flag${bad ? ' urgent' : ''}`}>{t(`alarms.task.${task.state}`)}</em>
}

/** Why a command failed; nothing where it did not. */
export function TaskFault({ task }: { task: TaskView }) {
  const { t } = useTranslation()
  const error = task.answer?.['error']
  return typeof error === 'string' ? (
    <small className="late">{t(`alarms.taskFault.${error}`, { defaultValue: error })}</small>
  ) : null
}

/** Takes back a command that has not gone out yet; nothing where it has. */
export function CancelTask({ task }: { task: TaskView }) {
  const { t } = useTranslation()
  const { act, busy } = useAct(['actuation', 'alarm'])
  if (!task.can.includes('cancel')) return null
  return (
    <Button
      size="small"
      type="text"
      loading={busy}
      onClick={() =>
        void act(() => api(`/alarms/tasks/${task.id}/cancel`, { method: 'POST' }), { done: t('alarms.task.cancelled') })
      }
    >
      {t('alarms.cancelTask')}
    </Button>
  )
}
