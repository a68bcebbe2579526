import { formatNumber, KeyHint, LevelLamp, Skeleton } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { type AlarmFilters, type AlarmQueue, useAlarmCounts, useIncidents } from '../../api/alarms.ts'
import { QueryError } from '../../parts/states.tsx'
import { useShortcut } from '../../shell/shortcuts.ts'

/** The order in which the queues stand and the keys [ and ] go. */
const ORDER: readonly AlarmQueue[] = [
  'open',
  'unacknowledged',
  'mine',
  'asksVerdict',
  'level1',
  'level2',
  'level3',
  'level4',
  'sensorFault',
  'suppressed',
  'false',
  'done',
  'all'
]
const COUNTED = ['asksVerdict', 'sensorFault', 'suppressed'] as const

export interface AlarmQueuesProps {
  filters: AlarmFilters
  incidents: boolean
  onChoose: (query: string) => void
}

/** The queues with their counts: what is open, by level, mine, and what is put aside. */
export function AlarmQueues({ filters, incidents, onChoose }: AlarmQueuesProps) {
  const { t } = useTranslation()
  const counts = useAlarmCounts({})
  const more = {
    asksVerdict: useAlarmCounts({ queue: 'asksVerdict' }).data?.total,
    sensorFault: useAlarmCounts({ queue: 'sensorFault' }).data?.total,
    suppressed: useAlarmCounts({ queue: 'suppressed' }).data?.total
  }
  const bursts = useIncidents(true)
  const here = incidents ? null : (filters.queue ?? null)
  const go = (by: number) => {
    const at = (ORDER as readonly (string | null)[]).indexOf(here)
    onChoose(`queue=${ORDER[(at + by + ORDER.length) % ORDER.length]}`)
  }
  useShortcut('[', () => go(-1))
  useShortcut(']', () => go(1))
  const d = counts.data
  const isCounted = (q: AlarmQueue): q is (typeof COUNTED)[number] => (COUNTED as readonly string[]).includes(q)
  const countOf = (q: AlarmQueue): string => {
    if (!d) return ''
    if (q === 'open') return formatNumber(d.open)
    if (q === 'unacknowledged') return formatNumber(d.unacknowledged)
    if (q === 'mine') return formatNumber(d.mine)
    if (q.startsWith('level')) return formatNumber(d.byLevel[q.slice(5)] ?? 0)
    return isCounted(q) ? total(more[q]) : ''
  }
  const row = (q: AlarmQueue) => (
    <Queue key={q} name={q} count={countOf(q)} on={here === q} onChoose={() => onChoose(`queue=${q}`)} />
  )
  const known = (bursts.data?.pages ?? []).reduce((n, p) => n + p.items.length, 0)
  return (
    <nav className="desk-queues" aria-label={t('alarms.queues')}>
      {counts.isPending ? <Skeleton lines={10} /> : null}
      {counts.isError && !d ? <QueryError of={counts} /> : null}
      <h4>{t('alarms.group.watch')}</h4>
      {ORDER.slice(0, 4).map(row)}
      <h4>{t('alarms.group.level')}</h4>
      {ORDER.slice(4, 8).map(row)}
      <h4>{t('alarms.group.storm')}</h4>
      <div className={`desk-queue${incidents ? ' on' : ''}`}>
        <button type="button" onClick={() => onChoose('view=incidents')} aria-current={incidents ? 'true' : undefined}>
          {t('alarms.queue.incidents')}
        </button>
        <b>{bursts.data ? `${formatNumber(known)}${bursts.hasNextPage ? '+' : ''}` : ''}</b>
      </div>
      <h4>{t('alarms.group.aside')}</h4>
      {ORDER.slice(8).map(row)}
      <div className="desk-queue">
        <Link href="/alarms/statistics" className="alarm-statistics">
          {t('alarms.statistics')} <KeyHint>S</KeyHint>
        </Link>
      </div>
    </nav>
  )
}

/** An exact number, or at least so many. */
export function total(n: number | { atLeast: number } | undefined): string {
  if (n === undefined) return ''
  return typeof n === 'number' ? formatNumber(n) : `${formatNumber(n.atLeast)}+`
}

function Queue({ name, count, on, onChoose }: { name: AlarmQueue; count: string; on: boolean; onChoose: () => void }) {
  const { t } = useTranslation()
  const level = name.startsWith('level') ? (Number(name.slice(5)) as 1 | 2 | 3 | 4) : null
  return (
    <div className={`desk-queue${on ? ' on' : ''}`}>
      <button type="button" onClick={onChoose} aria-current={on ? 'true' : undefined}>
        {level ? <LevelLamp level={level} named /> : t(`alarms.queue.${name}`)}
      </button>
      <b>{count}</b>
    </div>
  )
}
