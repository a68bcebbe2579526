import type { DryRunOutcome, Rule, RuleDryRunView } from '@chengyun/contract/alarms'
import { formatDateTime, formatNumber, LevelLamp, Skeleton, TOKENS } from '@chengyun/ui'
import { Alert, Button, Progress, Segmented } from 'antd'
import { lazy, Suspense, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { api } from '../../api/client.ts'
import { useRuleDryRun } from '../../api/rules.ts'
import { QueryError } from '../../parts/states.tsx'
import { usePreferences } from '../../preferences.tsx'
import { valueText } from '../alarms/words.ts'
import { thingAddress } from '../streams/ThingTable.tsx'

const Chart = lazy(() => import('@chengyun/ui/chart/Chart.tsx'))
const DAYS = [1, 7, 30, 90] as const
const DAY = 86_400_000

interface DryRunProps {
  draft: Rule
  /** The version in force it is compared with; null: none. */
  compareWith: string | null
  /** The draft has faults: nothing to try. */
  blocked: boolean
}

/** What a draft would have raised over the past, beside what the version in force would have. */
export function DryRun({ draft, compareWith, blocked }: DryRunProps) {
  const { t } = useTranslation()
  const [days, setDays] = useState<number>(7)
  const [id, setId] = useState<string | null>(null)
  const [error, setError] = useState<string | null>(null)
  const run = useRuleDryRun(id)
  const working = id !== null && (run.data === undefined || run.data.status === 'running')
  const start = async () => {
    setError(null)
    setId(null)
    const to = new Date()
    const body = {
      rule: draft,
      from: new Date(to.getTime() - days * DAY).toISOString(),
      to: to.toISOString(),
      ...(compareWith && { compareWith })
    }
    try {
      setId((await api<RuleDryRunView>('/alarms/rules/dry-run', { body })).id)
    } catch (e) {
      setError((e as Error).message)
    }
  }
  const cancel = () =>
    api(`/alarms/rules/dry-run/${id}`, { method: 'DELETE' }).then(
      () => void run.refetch(),
      () => undefined
    )
  return (
    <section>
      <div className="admin-tools">
        <Segmented
          value={days}
          options={DAYS.map((value) => ({ value, label: t('arules.lastDays', { n: value }) }))}
          onChange={setDays}
        />
        <Button type="primary" disabled={blocked} loading={working} onClick={() => void start()}>
          {t('arules.try')}
        </Button>
        {working ? <Button onClick={() => void cancel()}>{t('panel.cancel')}</Button> : null}
      </div>
      {blocked ? <Alert type="warning" showIcon title={t('arules.tryBlocked')} /> : null}
      {error ? <Alert type="error" showIcon title={error} /> : null}
      {run.isError ? <QueryError of={run} /> : null}
      {working ? <Progress percent={Math.round((run.data?.progress ?? 0) * 100)} /> : null}
      {run.data && run.data.status !== 'running' ? (
        run.data.outcome ? (
          <Outcome outcome={run.data.outcome} from={run.data.from} to={run.data.to} type={draft.on.type} />
        ) : (
          <p>{t(`rules.run.${run.data.status}`)}</p>
        )
      ) : null}
      {id === null && !error ? <p className="rule-note">{t('arules.tryHint')}</p> : null}
    </section>
  )
}

interface OutcomeProps {
  outcome: DryRunOutcome
  from: string
  to: string
  type: string
}

function Outcome({ outcome, from, to, type }: OutcomeProps) {
  const { t } = useTranslation()
  const { figures, compared, list } = outcome
  const n = formatNumber
  return (
    <>
      <h2>
        {compared
          ? t('arules.wouldCompared', { alarms: n(figures.alarms), items: n(figures.items), before: n(compared.alarms) })
          : t('arules.would', { alarms: n(figures.alarms), items: n(figures.items) })}
      </h2>
      <p className="rule-note">
        {t('arules.triedOn', {
          from: formatDateTime(from),
          to: formatDateTime(to),
          streams: n(outcome.streams),
          readings: n(outcome.readings)
        })}
        {outcome.hidden > 0 ? t('arules.triedWithout', { n: n(outcome.hidden) }) : null}
      </p>
      <p className="rules-levels">
        {([1, 2, 3, 4] as const).map((level) => (
          <span key={level}>
            <LevelLamp level={level} named /> {n(figures.byLevel[level] ?? 0)}
            {compared ? <small> ({n(compared.byLevel[level] ?? 0)})</small> : null}
          </span>
        ))}
      </p>
      <ByDay outcome={outcome} />
      <table className="rules-table">
        <thead>
          <tr>
            {['level', 'thing', 'raised', 'cleared', 'value'].map((c) => (
              <th key={c} scope="col">
                {t(`arules.col.${c}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {list.map((a) => (
            <tr key={`${a.streamId} ${a.beganAt}`}>
              <td>
                <LevelLamp level={a.level} named />
              </td>
              <th scope="row">
                <Link href={`${thingAddress(type, a.itemCode)}?stream=${a.streamId}`}>{a.itemName || a.itemCode}</Link>
              </th>
              <td>{formatDateTime(a.raisedAt, true)}</td>
              <td>{a.clearedAt === null ? t('alarms.stage.standing') : formatDateTime(a.clearedAt, true)}</td>
              <td>{valueText(a.value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {figures.alarms > list.length ? (
        <p className="rule-note">{t('arules.firstOf', { n: n(list.length), all: n(figures.alarms) })}</p>
      ) : null}
    </>
  )
}

function ByDay({ outcome }: { outcome: DryRunOutcome }) {
  const { t } = useTranslation()
  const { mode } = usePreferences()
  const { figures, compared } = outcome
  const option = useMemo(() => {
    const c = TOKENS[mode]
    const days = figures.byDay.map((d) => d.day)
    const bar = (name: string, color: string, rows: { day: string; alarms: number }[]) => ({
      name,
      type: 'bar',
      barMaxWidth: 14,
      itemStyle: { color },
      data: days.map((day) => rows.find((r) => r.day === day)?.alarms ?? 0)
    })
    return {
      xAxis: { type: 'category', data: days.map((d) => d.slice(5)), axisTick: { show: false }, axisLabel: { color: c.ink3 } },
      yAxis: {
        type: 'value',
        min: 0,
        minInterval: 1,
        splitLine: { lineStyle: { color: c.lineSoft } },
        axisLabel: { color: c.ink3 }
      },
      series: [
        bar(t('arules.draft'), c.brand, figures.byDay),
        ...(compared ? [bar(t('arules.inForce'), c.ink3, compared.byDay)] : [])
      ]
    }
  }, [figures, compared, mode, t])
  const columns = [t('overview.day'), t('arules.draft'), ...(compared ? [t('arules.inForce')] : [])]
  return (
    <Suspense fallback={<Skeleton lines={5} />}>
      <Chart
        mode={mode}
        option={option}
        height={180}
        name={t('arules.byDay')}
        table={{
          columns,
          rows: figures.byDay.map((d) => [
            d.day,
            d.alarms,
            ...(compared ? [compared.byDay.find((b) => b.day === d.day)?.alarms ?? 0] : [])
          ])
        }}
      />
    </Suspense>
  )
}
