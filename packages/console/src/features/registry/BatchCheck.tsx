import { formatNumber, formatPercent } from '@chengyun/ui'
import { Alert, Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { api } from '../../api/client.ts'
import { useAct } from '../../parts/useAct.tsx'
import { usePreferences } from '../../preferences.tsx'
import type { BatchPartProps } from './BatchPage.tsx'
import { isAtWork } from './batches.ts'
import { Rejects } from './Rejects.tsx'

/** What the dry run found: rows taken and not taken, coordinates that are likely of another system, the reasons. */
export function BatchCheck({ batch }: BatchPartProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const { act, busy } = useAct(['registry'])
  const { totals } = batch
  const share = totals.read > 0 ? totals.accepted / totals.read : null
  const resume = () =>
    void act(() => api(`/registry/batches/${batch.id}/check`, { method: 'POST', body: {} }), { done: t('registry.checkBegun') })
  return (
    <>
      {batch.suspicions.map((s) => (
        <Alert
          key={s.file}
          type="warning"
          showIcon
          title={s.sentence[language]}
          description={
            <>
              {t('registry.suspicion', {
                compared: formatNumber(s.compared),
                declared: s.declared,
                agree: formatPercent(s.compared ? s.agreeDeclared / s.compared : null),
                likely: s.likely,
                better: formatPercent(s.compared ? s.agreeLikely / s.compared : null)
              })}{' '}
              <Link href={`/registers/batches/${batch.id}?step=files`}>{t('registry.changeCrs')}</Link>
            </>
          }
        />
      ))}
      <dl className="reg-numbers">
        <Figure label={t('registry.totals.read')} value={totals.read} />
        <Figure label={t('registry.totals.accepted')} value={totals.accepted} note={share === null ? '' : formatPercent(share)} />
        <Figure label={t('registry.totals.rejected')} value={totals.rejected} tone={totals.rejected > 0 ? 'late' : ''} />
        <Figure label={t('registry.totals.coded')} value={totals.coded} />
        {totals.blanked > 0 ? <Figure label={t('registry.totals.blanked')} value={totals.blanked} /> : null}
        {totals.outside > 0 ? <Figure label={t('registry.totals.outside')} value={totals.outside} /> : null}
      </dl>
      {batch.state === 'failed' && batch.can.includes('check') ? (
        <p>
          <Button type="primary" loading={busy} onClick={resume}>
            {t('registry.resume')}
          </Button>{' '}
          <span className="reg-hint">{t('registry.resumeHint')}</span>
        </p>
      ) : null}
      {isAtWork(batch.state) && totals.rejected === 0 ? null : <Rejects batch={batch} />}
      {batch.state === 'checked' ? (
        <footer className="reg-acts reg-batch-acts">
          <Link href={`/registers/batches/${batch.id}?step=${batch.kind === 'census' ? 'quality' : 'compare'}`}>
            <Button type="primary">{t(batch.kind === 'census' ? 'registry.toQuality' : 'registry.toCompare')}</Button>
          </Link>
        </footer>
      ) : null}
    </>
  )
}

/** A number with what it counts. */
export function Figure({ label, value, note = '', tone = '' }: { label: string; value: number; note?: string; tone?: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd className={tone}>
        {formatNumber(value)} {note ? <small>{note}</small> : null}
      </dd>
    </div>
  )
}
