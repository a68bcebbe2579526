import type { TypeDetail } from '@chengyun/contract/registry'
import { useTranslation } from 'react-i18next'
import { useDivisions, useUnits } from '../../api/reference.ts'
import { usePreferences } from '../../preferences.tsx'
import { attributeText } from '../map/itemText.ts'
import { type ItemFilters, narrowing } from './address.ts'
import { attributeOf, className, stateOf } from './value.ts'
import { useFieldName, useValueWords } from './words.ts'

/** The filters in words, each to be dropped. Those that have a control of their own in sight are not repeated. */
const IN_SIGHT = new Set(['q', 'class', 'status', 'within'])

export function FilterTags({
  register,
  filters,
  onChange
}: {
  register: TypeDetail
  filters: ItemFilters
  onChange: (changes: Record<string, string | null>) => void
}) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const words = useValueWords()
  const fieldName = useFieldName()
  const units = useUnits({ limit: 100 }, Boolean(filters['unit'])).data?.items
  const divisions = useDivisions().data
  // A filter of several values is made by an address, not by the controls above.
  const keys = narrowing(filters).filter((k) => !IN_SIGHT.has(k) || (k !== 'q' && filters[k]?.includes(',')))
  if (keys.length === 0) return null
  const textOf = (key: string, value: string): string => {
    const values = value.split(',')
    if (key === 'bbox') return t('registry.inView')
    if (key === 'status') return values.map((v) => stateOf(register.declaration, v)?.name[language] ?? v).join(words.comma)
    if (key === 'class') return values.map((v) => className(register, v, language)).join(words.comma)
    if (key === 'unit') return units?.find((u) => u.id === value)?.name ?? t('registry.unit')
    if (key === 'within') return divisions?.find((d) => d.code === value)?.name ?? value
    if (key.startsWith('attr.')) {
      const a = attributeOf(register.declaration, key.slice(5))
      const given = a?.type === 'boolean' ? value === 'true' : value
      return `${fieldName(register.declaration, key.slice(5))} ${a ? attributeText(a, given, language, words) : value}`
    }
    return `${t(`registry.field.${key}`, { defaultValue: key })} ${value}`
  }
  return (
    <div className="reg-filter-row reg-tags">
      {keys.map((key) => {
        const text = textOf(key, filters[key] ?? '')
        return (
          <span key={key} className="desk-tag">
            {text}
            <button type="button" aria-label={t('registry.dropFilter', { text })} onClick={() => onChange({ [key]: null })}>
              ×
            </button>
          </span>
        )
      })}
    </div>
  )
}
