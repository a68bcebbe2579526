import { formatNumber, formatPercent } from '@chengyun/ui'
import { Alert, Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { usePreferences } from '../../preferences.tsx'
import type { BatchPartProps } from './BatchPage.tsx'
import { Findings } from './Findings.tsx'
import { Sample } from './Sample.tsx'

/** The least completeness of a census (standards of census data). */
const COMPLETE = 0.95

/** The quality check: completeness by field, findings on list and map, the sample that people look at. */
export function BatchQuality({ batch, register }: BatchPartProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const q = batch.quality
  if (!q) return null
  return (
    <>
      {q.passed ? (
        <Alert type="success" showIcon title={t('registry.passed')} />
      ) : (
        <Alert
          type="warning"
          showIcon
          title={t('registry.notPassed')}
          description={q.reasons.map((r) => r[language]).join(language === 'zh' ? '；' : '; ')}
        />
      )}
      <section>
        <h2>
          {t('registry.completeness')} <b className={q.completeness < COMPLETE ? 'late' : ''}>{formatPercent(q.completeness)}</b>
        </h2>
        <ul className="reg-complete">
          {q.completenessBy.map((c) => {
            const share = c.of > 0 ? c.filled / c.of : null
            return (
              <li key={c.field}>
                <span>{c.name[language]}</span>
                <i aria-hidden="true">
                  <i style={{ width: `${(share ?? 0) * 100}%` }} className={share !== null && share < COMPLETE ? 'low' : ''} />
                </i>
                <b>{formatPercent(share)}</b>
                <small>{t('registry.filledOf', { filled: formatNumber(c.filled), of: formatNumber(c.of) })}</small>
              </li>
            )
          })}
        </ul>
      </section>
      <Findings batch={batch} register={register} />
      <Sample batch={batch} register={register} />
      <footer className="reg-acts reg-batch-acts">
        <Link href={`/registers/batches/${batch.id}?step=compare`}>
          <Button type="primary">{t('registry.toCompare')}</Button>
        </Link>
      </footer>
    </>
  )
}
