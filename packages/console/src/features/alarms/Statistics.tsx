import { dayAt, PERIODS, type Period, spanOf } from '@chengyun/contract/indicators'
import { Skeleton, serverNow } from '@chengyun/ui'
import { DatePicker, Segmented } from 'antd'
import dayjs from 'dayjs'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { type AlarmFilters, useAlarmStatistics } from '../../api/alarms.ts'
import { useCity, useDistricts } from '../../api/reference.ts'
import { Chip } from '../../parts/filters.tsx'
import { QueryError } from '../../parts/states.tsx'
import { useQueryParam } from '../../parts/useQueryParam.ts'
import { DayBars } from './DayBars.tsx'
import { Groups } from './Groups.tsx'
import { type Asked, BY, filtersOf } from './statistics.ts'
import { Totals } from './Totals.tsx'
import { usePackNames } from './usePackNames.ts'
import './css/statistics.css'

/** What the alarms of some days come to: how many, how soon seen and over, how many false; every number opens its alarms. */
export default function Statistics() {
  const { t } = useTranslation()
  const [params, set] = useQueryParam()
  const zone = useCity().data?.timeZone
  const today = zone ? dayAt(serverNow(), zone) : ''
  const period = PERIODS.find((p) => p === params.get('period')) ?? '30d'
  const [from, to] = [params.get('from'), params.get('to')]
  const [pack, within, type] = ['pack', 'within', 'type'].map((k) => params.get(k))
  const by = BY.find((b) => b === params.get('by')) ?? 'rule'
  const asked = useMemo((): Asked | null => {
    if (!zone) return null
    const custom = period === 'custom' && from && to && from < to
    const span = custom ? { from, to } : spanOf(period === 'custom' ? '30d' : period, today)
    const filters: AlarmFilters = { ...(pack && { pack }), ...(within && { within }), ...(type && { type }) }
    return { ...span, zone, filters }
  }, [zone, today, period, from, to, pack, within, type])
  return (
    <div className="alarm-stats">
      <header>
        <h1>{t('astats.title')}</h1>
        <Link href="/alarms">{t('nav.alarms')}</Link>
        <Filters set={set} period={period} asked={asked} />
      </header>
      {asked ? <Body asked={asked} today={today} by={by} onBy={(b) => set('by', b)} /> : <Skeleton lines={12} />}
    </div>
  )
}

interface FiltersProps {
  set: (key: string, value: string | null) => void
  period: Period
  asked: Asked | null
}

function Filters({ set, period, asked }: FiltersProps) {
  const { t } = useTranslation()
  const districts = useDistricts()
  const packs = usePackNames()
  const { filters } = asked ?? { filters: {} as AlarmFilters }
  return (
    <>
      <Segmented
        size="small"
        value={period}
        options={PERIODS.map((value) => ({ value, label: t(`astats.period.${value}`) }))}
        onChange={(v) => set('period', v)}
      />
      {period === 'custom' && asked ? (
        <DatePicker.RangePicker
          size="small"
          allowClear={false}
          value={[dayjs(asked.from), dayjs(asked.to).subtract(1, 'day')]}
          onChange={(days) => {
            if (!days?.[0] || !days[1]) return
            set('from', days[0].format('YYYY-MM-DD'))
            set('to', days[1].add(1, 'day').format('YYYY-MM-DD'))
          }}
        />
      ) : null}
      <Chip
        name={t('alarms.filter.pack')}
        value={filters.pack}
        options={[...packs].map(([value, label]) => ({ value, label }))}
        onChange={(v) => set('pack', v)}
      />
      <Chip
        name={t('filter.district')}
        value={filters.within}
        options={districts.map((d) => ({ value: d.code, label: d.name }))}
        onChange={(v) => set('within', v)}
      />
    </>
  )
}

interface BodyProps {
  asked: Asked
  today: string
  by: (typeof BY)[number]
  onBy: (by: string) => void
}

function Body({ asked, today, by, onBy }: BodyProps) {
  const filters = useMemo(() => filtersOf(asked), [asked])
  const groups = useAlarmStatistics(by, filters)
  const days = useAlarmStatistics('day', filters)
  if (groups.isError && !groups.data) return <QueryError of={groups} />
  if (!groups.data) return <Skeleton lines={12} />
  return (
    <div className={groups.isPlaceholderData ? 'waiting' : ''}>
      <Totals total={groups.data.total} asked={asked} />
      {days.data ? <DayBars groups={days.data.groups} asked={asked} today={today} /> : <Skeleton lines={5} />}
      <Groups groups={groups.isPlaceholderData ? [] : groups.data.groups} by={by} asked={asked} onBy={onBy} />
    </div>
  )
}
