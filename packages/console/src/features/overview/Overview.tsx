import { type IndicatorKey, measureOf, type OverviewView } from '@chengyun/contract/indicators'
import { formatDateTime, formatNumber, Skeleton } from '@chengyun/ui'
import { Segmented, Select } from 'antd'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'wouter'
import { PERIODS, type Period, useOverview } from '../../api/overview.ts'
import { useDistricts } from '../../api/reference.ts'
import { QueryError } from '../../parts/states.tsx'
import { usePreferences } from '../../preferences.tsx'
import { Door } from './Door.tsx'
import { LiveStream } from './LiveStream.tsx'
import { Funnel, Groups } from './Tables.tsx'
import { Trend } from './Trend.tsx'
import './overview.css'

/** The city's day: what came, what moves, what is late and whose it is. Every figure opens its rows. */
export default function Overview() {
  const { t } = useTranslation()
  const [params, setParams] = useSearchParams()
  const period = (PERIODS as readonly string[]).includes(params.get('period') ?? '') ? (params.get('period') as Period) : 'today'
  const district = params.get('district')
  const districts = useDistricts()
  const facts = useOverview(period, district)
  const set = (key: string, value: string | null) =>
    setParams((old) => {
      const next = new URLSearchParams(old)
      if (value) next.set(key, value)
      else next.delete(key)
      return next
    })
  return (
    <div className="overview">
      <header>
        <h1>{facts.data ? headline(facts.data, t) : t('overview.title')}</h1>
        <div>
          <Select
            allowClear
            value={district}
            placeholder={t('overview.wholeCity')}
            aria-label={t('overview.district')}
            style={{ width: 140 }}
            options={districts.map((d) => ({ value: d.code, label: d.name }))}
            onChange={(v: string | undefined) => set('district', v ?? null)}
          />
          <Segmented
            value={period}
            options={PERIODS.map((value) => ({ value, label: t(`period.${value}`) }))}
            onChange={(v) => set('period', v === 'today' ? null : v)}
          />
        </div>
        {facts.data ? (
          <p>{t('overview.asOf', { from: facts.data.period.from, at: formatDateTime(facts.data.asOf, true) })}</p>
        ) : null}
      </header>
      {facts.isPending ? <Skeleton lines={16} /> : null}
      {facts.isError && !facts.data ? <QueryError of={facts} /> : null}
      {facts.data ? <Body facts={facts.data} period={period} district={district} /> : null}
    </div>
  )
}

function headline(facts: OverviewView, t: TFunction): string {
  const late = (g: OverviewView['byDistrict'][number]) => g.counts['late'] ?? 0
  const worst = facts.byDistrict.reduce<OverviewView['byDistrict'][number] | null>(
    (a, b) => (b.name && late(b) > (a ? late(a) : 0) ? b : a),
    null
  )
  if (facts.late.count === 0) return t('overview.calm', { open: formatNumber(facts.open.count) })
  if (!worst || facts.byDistrict.length < 2) return t('overview.lateOnly', { late: formatNumber(facts.late.count) })
  return t('overview.news', { late: formatNumber(facts.late.count), district: worst.name, worst: formatNumber(late(worst)) })
}

function Body({ facts, period, district }: { facts: OverviewView; period: Period; district: string | null }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const rate = (key: IndicatorKey) => {
    const found = facts.rates.find((r) => r.key === key)
    if (!found) return null
    return (
      <Figure
        label={found[language]}
        hint={
          <>
            {measureOf(found.numerator.measure)[language]}{' '}
            <Door
              count={found.numerator.count}
              filter={found.numerator.filter}
              sum={measureOf(found.numerator.measure).weight !== 1}
            />{' '}
            · {measureOf(found.denominator.measure)[language]}{' '}
            <Door count={found.denominator.count} filter={found.denominator.filter} />
          </>
        }
      >
        {found.value === null ? '–' : `${formatNumber(found.value, 1)} %`}
      </Figure>
    )
  }
  return (
    <div className="overview-grid">
      <section className="overview-figures">
        <Figure label={t('overview.open')} hint={t('overview.openHint')}>
          <Door count={facts.open.count} filter={facts.open.filter} />
        </Figure>
        <Figure label={t('overview.late')} hint={t('overview.lateHint')} tone={facts.late.count > 0 ? 'late' : undefined}>
          <Door count={facts.late.count} filter={facts.late.filter} />
        </Figure>
        {rate('inTimeDisposeRate')}
        {rate('closeRate')}
        {rate('reworkRate')}
      </section>
      <section className="overview-funnel">
        <h2>{t('overview.funnel', { period: t(`period.${period}`) })}</h2>
        <Funnel rows={facts.funnel} />
      </section>
      <section className="overview-trend">
        <h2>{t(period === 'year' ? 'overview.trendYear' : period === '7d' ? 'overview.trendWeek' : 'overview.trendMonth')}</h2>
        <Trend period={period === 'today' ? '30d' : period} district={district} />
      </section>
      <section className="overview-districts">
        <h2>{t('overview.byDistrict')}</h2>
        <Groups rows={facts.byDistrict} head={t('overview.district')} bars />
      </section>
      <section className="overview-units">
        <h2>{t('overview.byUnit')}</h2>
        <Groups rows={facts.byUnit} head={t('overview.unit')} />
      </section>
      <section className="overview-live">
        <h2>{t('overview.live')}</h2>
        <LiveStream />
      </section>
    </div>
  )
}

function Figure({
  label,
  hint,
  tone,
  children
}: {
  label: string
  hint: React.ReactNode
  tone?: 'late' | undefined
  children: React.ReactNode
}) {
  return (
    <div className={`figure${tone ? ` ${tone}` : ''}`}>
      <span>{label}</span>
      <b>{children}</b>
      <small>{hint}</small>
    </div>
  )
}
