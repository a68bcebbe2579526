import { ITEM_COLUMNS } from '@chengyun/contract/registry'
import { Button, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { usePreferences } from '../../../preferences.tsx'
import { ownFields } from '../layout.ts'
import { useFieldName } from '../words.ts'
import type { PartProps } from './Basics.tsx'
import { moved } from './blank.ts'
import { Line, Names, RowActs } from './parts.tsx'

/** Which columns the list has, and how the form is divided. */
export function Arrangement({ d, onChange }: PartProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const fieldName = useFieldName()
  const option = (value: string) => ({ value, label: fieldName(d, value) || value })
  const columns = [...ITEM_COLUMNS.filter((c) => c !== 'createdAt'), ...d.attributes.map((a) => a.key)].filter(Boolean)
  const fields = [...new Set([...ownFields(d), ...d.attributes.map((a) => a.key)])].filter(Boolean)
  const form = d.form ?? []
  const placed = new Set(form.flatMap((s) => s.fields))
  const put = (next: typeof form) => onChange({ form: next })
  return (
    <>
      <Line label={t('registry.listColumns')} hint={t('registry.listColumnsHint')}>
        <Select
          mode="multiple"
          size="small"
          value={d.columns}
          aria-label={t('registry.listColumns')}
          style={{ width: '100%' }}
          options={columns.map(option)}
          onChange={(next: string[]) => onChange({ columns: next })}
        />
      </Line>
      {form.map((section, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the name of a section is being typed; its number is what stays
        <div key={i} className="reg-decl-section">
          <Names
            label={t('registry.sectionName')}
            value={section.name}
            onChange={(name) => put(form.map((s, j) => (j === i ? { ...s, name } : s)))}
          />
          <Select
            mode="multiple"
            size="small"
            value={section.fields}
            aria-label={t('registry.sectionFields')}
            placeholder={t('registry.sectionFields')}
            options={fields.filter((f) => !placed.has(f) || section.fields.includes(f)).map(option)}
            onChange={(next: string[]) => put(form.map((s, j) => (j === i ? { ...s, fields: next } : s)))}
          />
          <RowActs
            what={section.name[language]}
            onUp={() => put(moved(form, i, -1))}
            onDown={() => put(moved(form, i, 1))}
            onDrop={() => put(form.filter((_, j) => j !== i))}
          />
        </div>
      ))}
      <Button size="small" type="link" onClick={() => put([...form, { name: { zh: '', en: '' }, fields: [] }])}>
        {t('registry.addSection')}
      </Button>
    </>
  )
}
