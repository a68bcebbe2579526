import type { DataOf } from '@chengyun/contract/scenarios'
import { formatNumber } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'
import { useBoth } from '../context.ts'

/** A latest value: what is not good says what it is; silence is no number. */
export function Value({ data, thing, column }: { data: DataOf<'stations'>; thing: number; column: number }) {
  const { t } = useTranslation()
  const both = useBoth()
  const facts = data.columns[column]
  if (!facts || !data.things?.streamIds[column]?.[thing]) return <span className="sw-quiet">·</span>
  const state = data.states[data.state[column]?.[thing] ?? 0] ?? 'good'
  const value = data.values[column]?.[thing] ?? null
  if (state === 'noData') return <span className="sw-silent">{t('scenarios.state.noData')}</span>
  const text =
    value === null
      ? '–'
      : facts.kind === 'truth'
        ? t(value ? 'scenarios.yes' : 'scenarios.no')
        : facts.kind === 'category' && facts.categories?.[value]
          ? both(facts.categories[value])
          : formatNumber(value, facts.decimals)
  if (state === 'good') return <>{text}</>
  return (
    <span className="sw-doubt" title={t(`scenarios.state.${state}`)}>
      {text}
      <small>{t(`scenarios.state.${state}`)}</small>
    </span>
  )
}
