import { ErrorState, formatDateTime, formatNumber, formatPercent, Skeleton } from '@chengyun/ui'
import { Segmented, Select } from 'antd'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'wouter'
import { ApiError } from '../../api/client.ts'
import { type Overview as Facts, PERIODS, type Period, useOverview } from '../../api/overview.ts'
import { useDistricts } from '../../api/reference.ts'
import { Door } from './Door.tsx'
import { LiveStream } from './LiveStream.tsx'
import { Districts, Funnel, Units } from './Tables.tsx'
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
          <p>{t('overview.asOf', { from: formatDateTime(facts.data.from), at: formatDateTime(facts.data.asOf, true) })}</p>
        ) : null}
      </header>
      {facts.isPending ? <Skeleton lines={16} /> : null}
      {facts.isError && !facts.data ? (
        <ErrorState
          message={facts.error.message}
          requestId={facts.error instanceof ApiError ? facts.error.requestId : null}
          onRetry={() => void facts.refetch()}
        />
      ) : null}
      {facts.data ? <Body facts={facts.data} period={period} /> : null}
    </div>
  )
}

function headline(facts: Facts, t: TFunction): string {
  const worst = facts.byDistrict.reduce<Facts['byDistrict'][number] | null>(
    (a, b) => (b.late.count > (a?.late.count ?? 0) ? b : a),
    null
  )
  if (facts.late.count === 0) return t('overview.calm', { open: formatNumber(facts.open.count) })
  if (!worst) return t('overview.lateOnly', { late: formatNumber(facts.late.count) })
  return t('overview.news', { late: formatNumber(facts.late.count), district: worst.name, worst: formatNumber(worst.late.count) })
}

function Body({ facts, period }: { facts: Facts; period: Period }) {
  const { t } = useTranslation()
  return (
    <div className="overview-grid">
      <section className="overview-figures">
        <Figure label={t('overview.open')} hint={t('overview.openHint')}>
          <Door figure={facts.open} />
        </Figure>
        <Figure label={t('overview.late')} hint={t('overview.lateHint')} tone={facts.late.count > 0 ? 'late' : undefined}>
          <Door figure={facts.late} />
        </Figure>
        <Figure label={t('overview.soon')} hint={t('overview.soonHint')} tone={facts.soon.count > 0 ? 'soon' : undefined}>
          <Door figure={facts.soon} />
        </Figure>
        <Figure label={t('overview.rate')} hint={t('overview.rateHint', { base: formatNumber(facts.onTimeBase) })}>
          {formatPercent(facts.onTimeRate)}
        </Figure>
      </section>
      <section className="overview-funnel">
        <h2>{t('overview.funnel', { period: t(`period.${period}`) })}</h2>
        <Funnel rows={facts.funnel} />
      </section>
      <section className="overview-trend">
        <h2>{t('overview.trend')}</h2>
        <Trend rows={facts.trend} period={period} />
      </section>
      <section className="overview-districts">
        <h2>{t('overview.byDistrict')}</h2>
        <Districts rows={facts.byDistrict} />
      </section>
      <section className="overview-units">
        <h2>{t('overview.byUnit')}</h2>
        <Units rows={facts.byUnit} />
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
  hint: string
  tone?: 'late' | 'soon' | undefined
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
