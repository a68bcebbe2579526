import { EmptyState, Skeleton } from '@chengyun/ui'
import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Segmented } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { type DemoState, useDemo } from '../../api/demo.ts'
import { QueryError } from '../../parts/states.tsx'

/** Cases in a usual hour; 0 stands for the simulator's own pace. */
const RATES = [0, 30, 60, 120, 360]

/** The simulated city: pause it, let it go on, change how much happens in it. */
export default function Demo() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { message } = App.useApp()
  const demo = useDemo()
  if (demo.isPending) return <Skeleton lines={6} />
  if (demo.isError) return <QueryError of={demo} />
  const { state, rate, canControl, available } = demo.data
  if (!available) return <EmptyState title={t('demo.none')} hint={t('demo.noneHint')} />
  const change = async (body: Partial<Pick<DemoState, 'state' | 'rate'>>) => {
    try {
      client.setQueryData(['demo'], await api<DemoState>('/demo', { body }))
    } catch (e) {
      void message.error((e as Error).message)
    }
  }
  const running = state === 'running'
  return (
    <div className="admin-card" style={{ maxWidth: 620 }}>
      <dl>
        <dt>{t('units.state')}</dt>
        <dd>{t(running ? 'demo.running' : 'demo.paused')}</dd>
        <dt>{t('demo.rate')}</dt>
        <dd>
          <Segmented
            disabled={!canControl}
            value={rate ?? 0}
            options={RATES.map((value) => ({ value, label: value === 0 ? t('demo.ownPace') : t('demo.perHour', { n: value }) }))}
            onChange={(value) => void change({ rate: value === 0 ? null : value })}
          />
        </dd>
      </dl>
      <div className="admin-switch">
        <Button type="primary" disabled={!canControl} onClick={() => void change({ state: running ? 'paused' : 'running' })}>
          {t(running ? 'demo.pause' : 'demo.resume')}
        </Button>
      </div>
      <p className="admin-muted">{t('demo.note')}</p>
    </div>
  )
}
