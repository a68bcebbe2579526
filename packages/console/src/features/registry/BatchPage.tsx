import type { BatchView, TypeDetail } from '@chengyun/contract/registry'
import { formatDateTime, Skeleton } from '@chengyun/ui'
import { Alert, App, Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, useLocation, useSearchParams } from 'wouter'
import { api } from '../../api/client.ts'
import { QueryError } from '../../parts/states.tsx'
import { useAct } from '../../parts/useAct.tsx'
import { usePreferences } from '../../preferences.tsx'
import { BatchCheck } from './BatchCheck.tsx'
import { BatchCompare } from './BatchCompare.tsx'
import { BatchFiles } from './BatchFiles.tsx'
import { BatchItems } from './BatchItems.tsx'
import { BatchProgress } from './BatchProgress.tsx'
import { BatchPublish } from './BatchPublish.tsx'
import { BatchQuality } from './BatchQuality.tsx'
import { isAtWork, useBatch } from './batches.ts'
import { useRegister } from './data.ts'

const STEPS = ['files', 'check', 'quality', 'compare', 'publish', 'items'] as const
type Step = (typeof STEPS)[number]

/** Up to where a batch has come. */
export function reachedStep(batch: Pick<BatchView, 'state' | 'kind'>): Step {
  if (batch.state === 'published' && batch.kind === 'census') return 'items'
  if (batch.state === 'published' || batch.state === 'publishing') return 'publish'
  if (batch.state === 'checked') return batch.kind === 'census' ? 'quality' : 'check'
  return batch.state === 'open' || batch.state === 'cancelled' ? 'files' : 'check'
}

/** An import or a census: files, dry run, quality, comparison, publication; each step can be looked at again. */
export default function BatchDesk({ id }: { id: string }) {
  const found = useBatch(id)
  const register = useRegister(found.data?.type ?? null)
  if (found.isError) return <QueryError of={found} />
  if (register.isError) return <QueryError of={register} />
  if (!found.data || !register.data) return <Skeleton lines={12} />
  return <Batch batch={found.data} register={register.data} />
}

export interface BatchPartProps {
  batch: BatchView
  register: TypeDetail
}

function Batch({ batch, register }: BatchPartProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const [params] = useSearchParams()
  const [, navigate] = useLocation()
  const asked = STEPS.find((s) => s === params.get('step'))
  const open = (step: Step): boolean => {
    if (step === 'files') return true
    if (step === 'check') return batch.state !== 'open'
    if (step === 'quality') return batch.quality !== null
    if (step === 'compare') return batch.comparison !== null
    if (step === 'items') return batch.state === 'published'
    return batch.can.includes('publish') || batch.state === 'publishing' || batch.state === 'published'
  }
  const step = asked && open(asked) ? asked : reachedStep(batch)
  const Part = {
    files: BatchFiles,
    check: BatchCheck,
    quality: BatchQuality,
    compare: BatchCompare,
    publish: BatchPublish,
    items: BatchItems
  }[step]
  return (
    <div className="reg-page reg-batch">
      <header className="reg-head">
        <div>
          <p className="reg-crumb">
            <Link href={`/registers/batches?type=${batch.type}`}>{t('registry.batches')}</Link> ·{' '}
            <Link href={`/registers/list/${batch.type}`}>{register.declaration.name[language]}</Link> ·{' '}
            {t(`registry.kind.${batch.kind}`)}
          </p>
          <h1>{batch.name}</h1>
          <p>
            <span className={`reg-batch-state ${batch.state}`}>{t(`registry.state.${batch.state}`)}</span> {batch.createdByName}{' '}
            {formatDateTime(batch.createdAt)}
          </p>
        </div>
        <Giving batch={batch} />
      </header>
      <ol className="reg-steps" aria-label={t('registry.steps')}>
        {STEPS.filter((s) => s !== 'items' || batch.state === 'published').map((s) => (
          <li key={s} className={s === step ? 'on' : ''} aria-current={s === step ? 'step' : undefined}>
            <button type="button" disabled={!open(s)} onClick={() => navigate(`/registers/batches/${batch.id}?step=${s}`)}>
              {t(`registry.step.${s}`)}
            </button>
          </li>
        ))}
      </ol>
      {batch.error ? <Alert type="error" showIcon title={batch.error.message} description={t('registry.batchSafe')} /> : null}
      {isAtWork(batch.state) ? <BatchProgress batch={batch} /> : null}
      <Part batch={batch} register={register} />
    </div>
  )
}

/** Giving a batch up; asked first, since what was read is thrown away. */
function Giving({ batch }: { batch: BatchView }) {
  const { t } = useTranslation()
  const { modal } = App.useApp()
  const { act, busy } = useAct(['registry'])
  if (!batch.can.includes('cancel')) return null
  const ask = () =>
    modal.confirm({
      title: t('registry.cancelBatch'),
      content: t('registry.cancelBatchHint'),
      okText: t('registry.cancelBatch'),
      cancelText: t('registry.goOn'),
      okButtonProps: { danger: true },
      onOk: () =>
        act(() => api(`/registry/batches/${batch.id}/cancel`, { method: 'POST' }), { done: t('registry.batchCancelled') })
    })
  return (
    <Button danger disabled={busy} onClick={() => void ask()}>
      {t('registry.cancelBatch')}
    </Button>
  )
}
