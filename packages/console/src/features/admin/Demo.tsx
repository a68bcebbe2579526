import { ErrorState, formatDateTime, formatNumber, Skeleton } from '@chengyun/ui'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Segmented } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'

interface DemoState {
  running: boolean
  speed: number
  seed?: number | string
  startedAt?: string | null
  reports?: number
  steps?: number
}

const SPEEDS = [1, 2, 5, 10]

/** The simulated city: pause it, let it go on, make it faster. */
export default function Demo() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { message } = App.useApp()
  const demo = useQuery({
    queryKey: ['demo'],
    queryFn: ({ signal }) => api<DemoState>('/demo', { signal }),
    refetchInterval: 5000
  })
  if (demo.isPending) return <Skeleton lines={6} />
  if (demo.isError) return <ErrorState message={demo.error.message} onRetry={() => void demo.refetch()} />
  const run = async (act: Promise<unknown>) => {
    try {
      await act
      await client.invalidateQueries({ queryKey: ['demo'] })
    } catch (e) {
      void message.error((e as Error).message)
    }
  }
  const { running, speed, seed, startedAt, reports, steps } = demo.data
  return (
    <div className="admin-card" style={{ maxWidth: 560 }}>
      <dl>
        <dt>{t('units.state')}</dt>
        <dd>{t(running ? 'demo.running' : 'demo.paused')}</dd>
        {startedAt ? (
          <>
            <dt>{t('demo.since')}</dt>
            <dd>{formatDateTime(startedAt)}</dd>
          </>
        ) : null}
        {reports === undefined ? null : (
          <>
            <dt>{t('demo.reports')}</dt>
            <dd>{formatNumber(reports)}</dd>
          </>
        )}
        {steps === undefined ? null : (
          <>
            <dt>{t('demo.steps')}</dt>
            <dd>{formatNumber(steps)}</dd>
          </>
        )}
        {seed === undefined ? null : (
          <>
            <dt>{t('demo.seed')}</dt>
            <dd>{seed}</dd>
          </>
        )}
      </dl>
      <div className="admin-tools">
        <Button type="primary" onClick={() => void run(api(`/demo/${running ? 'pause' : 'resume'}`, { method: 'POST' }))}>
          {t(running ? 'demo.pause' : 'demo.resume')}
        </Button>
        <Segmented
          value={speed}
          options={SPEEDS.map((value) => ({ value, label: t('demo.speed', { n: value }) }))}
          onChange={(value) => void run(api('/demo/speed', { body: { speed: value } }))}
        />
      </div>
      <p className="admin-muted">{t('demo.note')}</p>
    </div>
  )
}
