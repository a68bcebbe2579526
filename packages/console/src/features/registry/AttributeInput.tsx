import type { AttributeDeclaration } from '@chengyun/contract/registry'
import { DatePicker, Input, InputNumber, Radio, Select } from 'antd'
import dayjs from 'dayjs'
import { useTranslation } from 'react-i18next'
import { usePreferences } from '../../preferences.tsx'
import { unitText } from '../map/units.ts'

export interface AttributeInputProps {
  attribute: AttributeDeclaration
  value: unknown
  onChange: (value: unknown) => void
  id: string
  label: string
  invalid: boolean
}

/** The field of an attribute, by its type. */
export function AttributeInput({ attribute: a, value, onChange, id, label, invalid }: AttributeInputProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const status = invalid ? ('error' as const) : ('' as const)
  const shared = { id, 'aria-label': label, status }
  switch (a.type) {
    case 'integer':
    case 'number':
      return (
        <InputNumber
          {...shared}
          value={typeof value === 'number' ? value : null}
          {...(a.minimum === undefined ? {} : { min: a.minimum })}
          {...(a.maximum === undefined ? {} : { max: a.maximum })}
          {...(a.type === 'integer' ? { precision: 0 } : {})}
          {...(a.unit ? { suffix: unitText(a.unit) } : {})}
          style={{ width: '100%' }}
          onChange={(next) => onChange(next)}
        />
      )
    case 'boolean':
      return (
        <Radio.Group
          id={id}
          aria-label={label}
          optionType="button"
          value={typeof value === 'boolean' ? value : null}
          options={[
            { value: true, label: t('registry.yes') },
            { value: false, label: t('registry.no') },
            ...(a.required ? [] : [{ value: null, label: t('registry.unknown') }])
          ]}
          onChange={(e) => onChange(e.target.value)}
        />
      )
    case 'date':
    case 'instant': {
      const withTime = a.type === 'instant'
      return (
        <DatePicker
          {...shared}
          showTime={withTime}
          value={typeof value === 'string' && value ? dayjs(value) : null}
          style={{ width: '100%' }}
          onChange={(day) => onChange(day ? (withTime ? day.toISOString() : day.format('YYYY-MM-DD')) : null)}
        />
      )
    }
    case 'choice':
    case 'choices': {
      const options = (a.choices ?? []).map((c) => ({ value: c.value, label: c.name[language] }))
      const many = a.type === 'choices'
      return (
        <Select
          {...shared}
          allowClear
          {...(many ? { mode: 'multiple' as const } : {})}
          showSearch={{ optionFilterProp: 'label' }}
          value={(many ? (Array.isArray(value) ? value : []) : (value ?? null)) as string}
          options={options}
          style={{ width: '100%' }}
          onChange={(next: unknown) => onChange(next ?? null)}
        />
      )
    }
    default: {
      const text = typeof value === 'string' ? value : ''
      const limit = a.maxLength ?? 4000
      return limit > 200 && a.type === 'text' ? (
        <Input.TextArea
          {...shared}
          value={text}
          maxLength={limit}
          autoSize={{ minRows: 1, maxRows: 5 }}
          onChange={(e) => onChange(e.target.value)}
        />
      ) : (
        <Input
          {...shared}
          value={text}
          maxLength={limit}
          {...(a.type === 'phone' ? { inputMode: 'tel' as const } : {})}
          autoComplete="off"
          onChange={(e) => onChange(e.target.value)}
        />
      )
    }
  }
}
