import type { TypeDetail } from '@chengyun/contract/registry'
import { Input, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { usePreferences } from '../../preferences.tsx'
import { AttributeInput } from './AttributeInput.tsx'
import { RelationInput } from './RelationInput.tsx'
import { UnitPicker } from './UnitPicker.tsx'
import { attributeOf } from './value.ts'

export interface BulkFieldProps {
  register: TypeDetail
  field: string
  value: unknown
  onChange: (value: unknown) => void
}

/** The new value of a field for many items; left empty it empties the field. */
export function BulkField({ register, field, value, onChange }: BulkFieldProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const d = register.declaration
  const label = t('registry.bulkValue')
  const a = attributeOf(d, field)
  if (a)
    return <AttributeInput attribute={a} value={value} onChange={onChange} id="reg-bulk-value" label={label} invalid={false} />
  const relation = d.relations?.find((r) => `rel.${r.key}` === field)
  if (relation)
    return (
      <RelationInput relation={relation} value={value} onChange={onChange} id="reg-bulk-value" label={label} invalid={false} />
    )
  if (field === 'status')
    return (
      <Select
        value={typeof value === 'string' ? value : null}
        aria-label={label}
        placeholder={label}
        options={d.states.filter((s) => !s.ends).map((s) => ({ value: s.key, label: s.name[language] }))}
        onChange={onChange}
      />
    )
  if (field === 'address' || field === 'name')
    return (
      <Input
        value={typeof value === 'string' ? value : ''}
        maxLength={field === 'address' ? 256 : 100}
        aria-label={label}
        placeholder={label}
        onChange={(e) => onChange(e.target.value)}
      />
    )
  return <UnitPicker value={typeof value === 'string' ? value : null} onChange={onChange} label={label} />
}
