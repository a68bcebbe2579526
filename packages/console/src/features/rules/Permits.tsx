import { type PermitView, TASK_STATES, type TaskView } from '@chengyun/contract/alarms'
import { EmptyState, formatDateTime, Skeleton } from '@chengyun/ui'
import { Button, Popconfirm } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { setPermit, useActuationLive, usePermits, useTasks } from '../../api/actuation.ts'
import { Chip } from '../../parts/filters.tsx'
import { ListState, LoadMore, QueryError } from '../../parts/states.tsx'
import { useAct } from '../../parts/useAct.tsx'
import { useQueryParam } from '../../parts/useQueryParam.ts'
import { usePreferences } from '../../preferences.tsx'
import { CancelTask, TaskState as StateOf, TaskFault } from '../alarms/TaskLine.tsx'
import '../alarms/css/actuation.css'
import '../desk/css/line.css'
import './rules.css'

/** Commands from afar (远程指令): which of them rules may give by themselves, and all that were given. */
export default function Permits() {
  useActuationLive()
  return (
    <>
      <PermitList />
      <Commands />
    </>
  )
}

const itemHref = (type: string, code: string) => `/registers/list/${type}/${encodeURIComponent(code)}`

function Head({ columns }: { columns: readonly string[] }) {
  const { t } = useTranslation()
  return (
    <thead>
      <tr>
        {columns.map((c) => (
          <th key={c} scope="col">
            {t(`arules.col.${c}`)}
          </th>
        ))}
        <th scope="col" aria-label={t('arules.col.acts')} />
      </tr>
    </thead>
  )
}

function PermitList() {
  const { t } = useTranslation()
  const found = usePermits()
  if (found.isPending) return <Skeleton lines={4} />
  if (found.isError && !found.data) return <QueryError of={found} />
  return (
    <section className="permits">
      <h2>{t('arules.permits')}</h2>
      {found.data.length === 0 ? (
        <EmptyState title={t('arules.noPermits')} hint={t('arules.noPermitsHint')} />
      ) : (
        <div className="rules-scroll">
          <table className="rules-table">
            <Head columns={['item', 'actuator', 'reason', 'permittedBy', 'permittedAt']} />
            <tbody>
              {found.data.map((p) => (
                <Permit key={`${p.item.id}/${p.actuator}`} permit={p} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}

function Permit({ permit: p }: { permit: PermitView }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const { act, busy } = useAct(['actuation'])
  const name = p.name[language]
  const set = (allowed: boolean, reason: string) => setPermit(p.item.id, p.actuator, { allowed, reason })
  return (
    <tr className={p.automatic ? '' : 'off'}>
      <th scope="row" translate="no">
        <Link href={itemHref(p.type, p.item.code)}>{p.item.name || p.item.code}</Link>
        <small>{p.item.code}</small>
      </th>
      <td>
        {name}
        {p.automatic ? null : <small className="late">{t('arules.permitVoid')}</small>}
      </td>
      <td translate="no">{p.reason}</td>
      <td translate="no">{p.by}</td>
      <td>{formatDateTime(p.at)}</td>
      <td>
        {p.can.includes('withdraw') ? (
          <Popconfirm
            title={t('alarms.withdrawAsk', { name: `${p.item.name || p.item.code} · ${name}` })}
            okText={t('alarms.withdraw')}
            cancelText={t('panel.cancel')}
            onConfirm={() =>
              void act(() => set(false, t('alarms.withdraw')), {
                done: t('alarms.withdrawn'),
                // What its pack no longer allows cannot be allowed again.
                ...(p.automatic && { undo: () => set(true, p.reason) })
              })
            }
          >
            <Button size="small" loading={busy}>
              {t('alarms.withdraw')}
            </Button>
          </Popconfirm>
        ) : null}
      </td>
    </tr>
  )
}

const PAGE = 50

function Commands() {
  const { t } = useTranslation()
  const [params, set] = useQueryParam()
  const state = TASK_STATES.find((s) => s === params.get('state')) ?? null
  const found = useTasks({ state }, PAGE)
  const rows = found.data?.pages.flatMap((p) => p.items) ?? []
  return (
    <section className="permits">
      <header>
        <h2>{t('arules.commands')}</h2>
        <Chip
          name={t('alarms.filter.state')}
          value={state}
          options={TASK_STATES.map((value) => ({ value, label: t(`alarms.task.${value}`) }))}
          onChange={(v) => set('state', v)}
        />
      </header>
      <ListState
        of={found}
        rows={rows.length}
        lines={6}
        none={<EmptyState title={t('arules.noCommands')} hint={t('arules.noCommandsHint')} />}
      />
      {rows.length > 0 ? (
        <div className="rules-scroll">
          <table className="rules-table">
            <Head columns={['item', 'command', 'state', 'wantedBy', 'reason', 'wantedAt']} />
            <tbody>
              {rows.map((task) => (
                <Command key={task.id} task={task} />
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
      <LoadMore list={found} />
    </section>
  )
}

function Command({ task }: { task: TaskView }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  return (
    <tr>
      <th scope="row" translate="no">
        <Link href={itemHref(task.type, task.item.code)}>{task.item.name || task.item.code}</Link>
        <small>{task.item.code}</small>
      </th>
      <td>
        {task.name.actuator[language]} · {task.name.command[language]}
      </td>
      <td>
        <StateOf task={task} />
        <TaskFault task={task} />
      </td>
      <td translate="no">
        {task.automatic ? t('alarms.automatic') : task.wantedBy}
        {task.alarmId ? (
          <small>
            <Link href={`/alarms/${task.alarmId}`}>{t('alarms.taskAlarm')}</Link>
          </small>
        ) : null}
      </td>
      <td translate="no">{task.reason}</td>
      <td>
        {formatDateTime(task.wantedAt, true)}
        {task.endedAt ? <small>{formatDateTime(task.endedAt, true)}</small> : null}
      </td>
      <td>
        <CancelTask task={task} />
      </td>
    </tr>
  )
}
