import type { BatchView } from '@chengyun/contract/registry'
import { durationPhrase, formatNumber, formatPercent, useUiText } from '@chengyun/ui'
import { Progress } from 'antd'
import { useTranslation } from 'react-i18next'

/** How far the work on a batch has come: rows, rate, what is left. */
export function BatchProgress({ batch }: { batch: BatchView }) {
  const { t } = useTranslation()
  const text = useUiText()
  const p = batch.progress
  const left = p?.etaS === null || p?.etaS === undefined ? null : durationPhrase(p.etaS)
  return (
    <section className="reg-progress" aria-live="polite">
      <p>
        <b>{t(p ? `registry.phase.${p.phase}` : 'registry.waitingTurn')}</b>
        {p ? (
          <span>
            {t('registry.rowsDone', { n: formatNumber(p.rows), share: formatPercent(p.share, 0) })} ·{' '}
            {t('registry.rate', { n: formatNumber(Math.round(p.rowsPerS)) })}
            {left ? ` · ${t('registry.timeLeft', { left: text(left.key, left.values) })}` : ''}
          </span>
        ) : null}
      </p>
      <Progress percent={Math.round((p?.share ?? 0) * 100)} showInfo={false} aria-label={t('registry.progress')} />
    </section>
  )
}
