import type { CaseView, StepView } from '@chengyun/contract/cases'
import { durationPhrase, formatShort, useNow, useUiText } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'
import { useRoleName } from '../../shell/PersonMenu.tsx'
import { useOperationName } from './words.ts'

/** What happened, newest first: who did what, in whose name, in how much time. */
export function Timeline({ view }: { view: CaseView }) {
  const { t } = useTranslation()
  return (
    <section>
      <h3>{t('case.steps')}</h3>
      <ol className="timeline">
        {view.steps.toReversed().map((s) => (
          <Step key={s.seq} step={s} />
        ))}
      </ol>
    </section>
  )
}

function Step({ step }: { step: StepView }) {
  const { t } = useTranslation()
  const text = useUiText()
  const operationName = useOperationName()
  const roleName = useRoleName()
  const now = useNow(60)
  const used = step.usedS === null ? null : durationPhrase(step.usedS)
  const input = (step.data['input'] ?? {}) as Record<string, unknown>
  const outcome = ['result', 'approve', 'satisfaction', 'kind']
    .map((k) => (typeof input[k] === 'string' ? t(`option.${k}.${input[k]}`) : null))
    .find(Boolean)
  return (
    <li className={step.overdue ? 'late' : ''}>
      <p>
        <time>{formatShort(step.at, now)}</time> <b>{operationName(step.op)}</b>
        {outcome ? ` · ${outcome}` : ''}
        {step.receiver ? ` → ${step.receiver}` : ''}
        {step.automatic ? <em className="flag">{t('step.auto')}</em> : null}
      </p>
      {step.opinion ? <p className="timeline-text">{step.opinion}</p> : null}
      <small>
        {[step.unitName, step.role ? roleName(step.role) : null, step.actorName].filter(Boolean).join(' ')}
        {used ? ` · ${t('step.used', { text: text(used.key, used.values) })}` : ''}
        {step.overdue ? ` · ${t('step.late')}` : ''}
      </small>
    </li>
  )
}
