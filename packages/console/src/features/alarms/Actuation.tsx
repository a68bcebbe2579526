import type { ItemActuators } from '@chengyun/contract/alarms'
import { App, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Static } from 'typebox'
import { setPermit, useActuationLive, useActuators, useTasks } from '../../api/actuation.ts'
import { LoadMore } from '../../parts/states.tsx'
import { useAct } from '../../parts/useAct.tsx'
import { usePreferences } from '../../preferences.tsx'
import { CommandForm, PermitForm, type Wanted } from './CommandForm.tsx'
import { TaskLine } from './TaskLine.tsx'
import './css/actuation.css'

type Actuator = Static<typeof ItemActuators>['items'][number]

export interface ActuationProps {
  item: { id: string; code: string; name: string }
  /** The alarm because of which commands are given. */
  alarmId?: string
}

const SHOWN = 8

/**
 * What can be done to an item from afar: commands, each confirmed by typing the item's code; what rules may do by themselves; and what was done,
 * live until it is confirmed or out of time. Nothing where the item has no actuator.
 */
export function Actuation({ item, alarmId }: ActuationProps) {
  const { t } = useTranslation()
  useActuationLive()
  const found = useActuators(item.id)
  const tasks = useTasks({ item: item.id }, SHOWN)
  const [wanted, setWanted] = useState<Wanted | null>(null)
  const [permitted, setPermitted] = useState<Actuator | null>(null)
  const rows = tasks.data?.pages.flatMap((p) => p.items) ?? []
  const { items = [], can = [] } = found.data ?? {}
  if (items.length === 0 && rows.length === 0) return null
  return (
    <section>
      <h3>{t('alarms.actuation')}</h3>
      {items.map((a) => (
        <One
          key={a.declaration.key}
          actuator={a}
          can={can}
          busy={rows.some((r) => r.actuator === a.declaration.key && ['queued', 'sent'].includes(r.state))}
          onCommand={setWanted}
          onPermit={() => setPermitted(a)}
          itemId={item.id}
        />
      ))}
      <ul className="alarm-tasks">
        {rows.map((task) => (
          <TaskLine key={task.id} task={task} here={alarmId} />
        ))}
      </ul>
      <LoadMore list={tasks} />
      {wanted ? <CommandForm item={item} wanted={wanted} onClose={() => setWanted(null)} {...(alarmId && { alarmId })} /> : null}
      {permitted ? <PermitForm item={item} actuator={permitted.declaration} onClose={() => setPermitted(null)} /> : null}
    </section>
  )
}

interface OneProps {
  actuator: Actuator
  itemId: string
  can: readonly string[]
  /** A command to it is under way: a second would not be taken. */
  busy: boolean
  onCommand: (wanted: Wanted) => void
  onPermit: () => void
}

function One({ actuator: { declaration: a, permit }, itemId, can, busy, onCommand, onPermit }: OneProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const { act } = useAct(['actuation'])
  const { modal } = App.useApp()
  const withdraw = () =>
    void modal.confirm({
      title: t('alarms.withdrawAsk', { name: a.name[language] }),
      okText: t('alarms.withdraw'),
      cancelText: t('panel.cancel'),
      onOk: () =>
        act(() => setPermit(itemId, a.key, { allowed: false, reason: t('alarms.withdraw') }), { done: t('alarms.withdrawn') })
    })
  return (
    <>
      <p className="alarm-actuator">
        <span>{a.name[language]}</span>
        {can.includes('task')
          ? a.commands.map((c) => (
              <Button
                key={c.value}
                size="small"
                disabled={busy}
                onClick={() =>
                  onCommand({ actuator: a.key, command: c.value, name: `${a.name[language]} · ${c.name[language]}` })
                }
              >
                {c.name[language]}
              </Button>
            ))
          : null}
      </p>
      {a.automatic ? (
        <p className="alarm-permit">
          {permit ? t('alarms.permittedBy', { name: permit.by, reason: permit.reason }) : t('alarms.notPermitted')}
          {can.includes('permit') ? (
            <Button size="small" type="link" onClick={permit ? withdraw : onPermit}>
              {t(permit ? 'alarms.withdraw' : 'alarms.permit')}
            </Button>
          ) : null}
        </p>
      ) : null}
    </>
  )
}
