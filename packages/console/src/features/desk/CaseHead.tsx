import type { CaseView } from '@chengyun/contract/cases'
import { ClockBar, formatShort, useNow } from '@chengyun/ui'
import { App } from 'antd'
import { useTranslation } from 'react-i18next'
import { stepsOf } from './stages.ts'

/** Short descriptions are titles by themselves; long ones stand below the class. */
export const titleOf = (view: CaseView): string =>
  view.description.length > 40 ? view.className : view.description || view.className

/** Number, title, place and the stage bar. */
export function CaseHead({ view }: { view: CaseView }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const now = useNow(60)
  const copy = () => {
    navigator.clipboard?.writeText(view.caseNo).then(
      () => void message.success(t('case.copied')),
      () => void message.warning(t('case.copyRefused'))
    )
  }
  const grid = view.gridCode
    ? t('case.grid', { code: view.gridCode.replace(/(\d{6})(\d{3})(\d{3})(\d{3})/, '$1 $2 $3 $4') })
    : t('case.noGrid')
  return (
    <header className="case-head">
      <div className="case-no">
        <span>{view.caseNo}</span>
        <button type="button" onClick={copy}>
          {t('case.copy')}
        </button>
        <span className="case-status">{t(`status.${view.status}`)}</span>
        {view.urgent ? <em className="flag urgent">{t('flag.urgent')}</em> : null}
        {view.supervised ? <em className="flag">{t('flag.supervised')}</em> : null}
        {view.timeoutExempt ? <em className="flag">{t('flag.exempt')}</em> : null}
      </div>
      <h1 title={view.description}>{titleOf(view)}</h1>
      <p className="case-place">
        {[view.districtName, view.streetName, view.communityName].filter(Boolean).join(' ')} ·{' '}
        {view.address || t('case.noAddress')}
        <small>
          {grid}
          {view.dutyGridCode ? ` · ${t('case.dutyGrid', { code: view.dutyGridCode })}` : ''}
          {view.precision === 'exact' ? '' : ` · ${t(`precision.${view.precision}`)}`}
        </small>
      </p>
      <ol className="stages">
        {stepsOf(view).map((s) => (
          <li
            key={s.key}
            className={s.state === 'now' ? `now ${view.clock?.lamp ?? ''}` : s.state}
            aria-current={s.state === 'now' ? 'step' : undefined}
          >
            {t(`step.${s.key}`)} {s.at ? <span>{formatShort(s.at, now)}</span> : null}
            {s.auto ? <span>{t('step.auto')}</span> : null}
            {s.state === 'now' && view.clock ? <ClockBar clock={view.clock} inline /> : null}
          </li>
        ))}
      </ol>
    </header>
  )
}
