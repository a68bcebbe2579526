import type { DryRunResult, DryRunView, RuleChange } from '@chengyun/contract/dispatch'
import { ErrorState, formatDateTime, formatNumber } from '@chengyun/ui'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Progress } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'

/** Tries a change of rules on the cases of the last month; shows where they would have gone; applies on consent. */
export function DryRun({ changes, onBack, onDone }: { changes: RuleChange[]; onBack: () => void; onDone: () => void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { message, notification } = App.useApp()
  const [id, setId] = useState<string | null>(null)
  const [error, setError] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const asked = useRef(false)
  useEffect(() => {
    if (asked.current) return
    asked.current = true
    api<DryRunView>('/dispatch/dry-run', { body: { changes, days: 30 } }).then(
      (run) => setId(run.id),
      (e: Error) => setError(e.message)
    )
  }, [changes])
  const run = useQuery({
    queryKey: ['dry-run', id],
    queryFn: ({ signal }) => api<DryRunView>(`/dispatch/dry-run/${id}`, { signal }),
    enabled: id !== null,
    refetchInterval: (q) => (q.state.data && q.state.data.status !== 'running' ? false : 500)
  })
  const refresh = () =>
    ['rules', 'rule-check', 'rule-changes'].forEach((key) => void client.invalidateQueries({ queryKey: [key] }))
  const apply = async () => {
    setBusy(true)
    try {
      const done = await api<{ changeId: string }>('/dispatch/apply', { body: { dryRunId: id } })
      refresh()
      const key = done.changeId
      notification.success({
        key,
        title: t('rules.applied'),
        duration: 12,
        actions: (
          <Button
            size="small"
            onClick={() => {
              notification.destroy(key)
              api(`/dispatch/changes/${key}/undo`, { method: 'POST' }).then(
                () => {
                  refresh()
                  void message.success(t('change.undone'))
                },
                (e: Error) => message.error(e.message)
              )
            }}
          >
            {t('change.undo')}
          </Button>
        )
      })
      onDone()
    } catch (e) {
      void message.error((e as Error).message)
    } finally {
      setBusy(false)
    }
  }
  if (error) return <ErrorState message={error} onRetry={onBack} />
  const view = run.data
  if (!view || view.status === 'running') {
    return (
      <div>
        <p>{t('rules.trying')}</p>
        <Progress percent={Math.round((view?.progress ?? 0) * 100)} />
        {id ? (
          <Button onClick={() => void api(`/dispatch/dry-run/${id}`, { method: 'DELETE' }).then(onBack, onBack)}>
            {t('panel.cancel')}
          </Button>
        ) : null}
      </div>
    )
  }
  return (
    <div>
      <p className="admin-muted">{t('rules.triedOn', { from: formatDateTime(view.from), to: formatDateTime(view.to) })}</p>
      {view.result ? <Result result={view.result} /> : <p>{t(`rules.run.${view.status}`)}</p>}
      <div className="admin-tools">
        {view.status === 'done' ? (
          <Button type="primary" loading={busy} onClick={() => void apply()}>
            {t('change.apply')}
          </Button>
        ) : null}
        <Button onClick={onBack}>{t('rules.back')}</Button>
      </div>
    </div>
  )
}

function Result({ result }: { result: DryRunResult }) {
  const { t } = useTranslation()
  const n = formatNumber
  return (
    <>
      <h2>{t('rules.would', { changed: n(result.changed), cases: n(result.cases) })}</h2>
      <table className="dry-run">
        <thead>
          <tr>
            <th />
            <th>{t('rules.before')}</th>
            <th>{t('rules.after')}</th>
          </tr>
        </thead>
        <tbody>
          {(['unique', 'ambiguous', 'none'] as const).map((k) => (
            <tr key={k}>
              <th scope="row">{t(`rules.outcome.${k}`)}</th>
              <td>{n(result.before[k])}</td>
              <td>{n(result.after[k])}</td>
            </tr>
          ))}
          <tr>
            <th scope="row">{t('rules.asDispatched')}</th>
            <td>{n(result.asDispatched.before)}</td>
            <td>{n(result.asDispatched.after)}</td>
          </tr>
        </tbody>
      </table>
      {result.moves.length > 0 ? <h2>{t('rules.moves')}</h2> : null}
      {result.moves.slice(0, 30).map((m) => (
        <p key={`${m.fromUnitId}${m.toUnitId}${m.fromBasis}${m.toBasis}`}>
          {m.fromUnitName ?? t('rules.dispatcher')} → {m.toUnitName ?? t('rules.dispatcher')} ·{' '}
          {t('rules.cases', { n: n(m.cases) })}
          <br />
          <small className="admin-muted">{m.samples.join('、')}</small>
        </p>
      ))}
      {result.movesLeftOut > 0 ? <p className="admin-muted">{t('rules.leftOut', { n: n(result.movesLeftOut) })}</p> : null}
    </>
  )
}
