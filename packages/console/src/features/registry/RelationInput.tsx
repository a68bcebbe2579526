import type { RegisterDeclaration } from '@chengyun/contract/registry'
import { Select } from 'antd'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { searchable } from './address.ts'
import { useItems } from './data.ts'

type Relation = NonNullable<RegisterDeclaration['relations']>[number]

export interface RelationInputProps {
  relation: Relation
  value: unknown
  onChange: (codes: string[]) => void
  id: string
  label: string
  invalid: boolean
}

/** Items of another register, found by code or name. */
export function RelationInput({ relation, value, onChange, id, label, invalid }: RelationInputProps) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const q = useDeferredValue(text.trim())
  const able = q !== '' && searchable(q)
  const found = useItems(relation.to, able ? { q } : {})
  const codes = Array.isArray(value) ? value.map(String) : []
  const rows = found.data?.pages[0]?.items ?? []
  return (
    <Select
      id={id}
      aria-label={label}
      mode="multiple"
      status={invalid ? 'error' : ''}
      value={codes}
      loading={found.isFetching}
      placeholder={t('registry.relationSearch')}
      showSearch={{ filterOption: false, onSearch: setText }}
      options={rows.slice(0, 30).map((r) => ({ value: r.code, label: `${r.code} ${r.name || r.class?.name || ''}`.trim() }))}
      style={{ width: '100%' }}
      onChange={(next: string[]) => onChange(relation.many ? next : next.slice(-1))}
    />
  )
}
