import { EmptyState, formatDateTime, formatNumber } from '@chengyun/ui'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { api } from '../../api/client.ts'
import { useGivenUp } from '../../api/inbox.ts'
import { ListState } from '../../parts/states.tsx'
import { useAct } from '../../parts/useAct.tsx'

/** Messages nobody took after every try (推送失败): why, and a way to send them again. */
export function GivenUp() {
  const { t } = useTranslation()
  const found = useGivenUp()
  const { act, busy } = useAct(['webhooks'])
  const rows = found.data ?? []
  const retry = (ids: readonly number[]) =>
    act(() => Promise.all(ids.map((id) => api(`/alarms/messages/${id}/retry`, { method: 'POST' }))), {
      done: t('arules.retried', { count: ids.length })
    })
  return (
    <section className="permits">
      <header>
        <h2>{t('arules.givenUp')}</h2>
        {rows.length > 1 ? (
          <Button size="small" loading={busy} onClick={() => void retry(rows.map((m) => m.id))}>
            {t('arules.retryAll', { count: rows.length })}
          </Button>
        ) : null}
      </header>
      <ListState of={found} rows={rows.length} lines={3} none={<EmptyState title={t('arules.noGivenUp')} />} />
      {rows.length > 0 ? (
        <div className="rules-scroll">
          <table className="rules-table">
            <thead>
              <tr>
                {['to', 'channel', 'queued', 'tries', 'fault'].map((c) => (
                  <th key={c} scope="col">
                    {t(`arules.col.${c}`)}
                  </th>
                ))}
                <th scope="col" aria-label={t('arules.col.acts')} />
              </tr>
            </thead>
            <tbody>
              {rows.map((m) => (
                <tr key={m.id}>
                  <th scope="row" translate="no">
                    {m.to || '–'}
                  </th>
                  <td>{t(`arules.channel.${m.channel}`)}</td>
                  <td>
                    {formatDateTime(m.queuedAt)}
                    {m.alarmId ? (
                      <small>
                        <Link href={`/alarms/${m.alarmId}`}>{t('alarms.taskAlarm')}</Link>
                      </small>
                    ) : null}
                  </td>
                  <td className="num">{formatNumber(m.attempts)}</td>
                  <td className="late" translate="no">
                    {m.error}
                  </td>
                  <td>
                    <Button size="small" disabled={busy} onClick={() => void retry([m.id])}>
                      {t('arules.retry')}
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
    </section>
  )
}
