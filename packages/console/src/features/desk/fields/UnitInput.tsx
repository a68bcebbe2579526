import { Select } from 'antd'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useResponsible } from '../../../api/config.ts'
import { useUnits } from '../../../api/reference.ts'
import type { FieldInputProps } from './FieldInput.tsx'

/** The unit to handle the case: the responsible ones first with the reason, any other by name. */
export function UnitInput({ view, autoFocus, id, value, onChange }: FieldInputProps<string>) {
  const { t } = useTranslation()
  const [q, setQ] = useState('')
  const sought = useDeferredValue(q)
  const responsible = useResponsible(view)
  const units = useUnits({ limit: 30, ...(sought ? { q: sought } : {}) })
  const found = responsible.data
  const first = found?.unitId ? [{ unitId: found.unitId, unitName: found.unitName }] : (found?.candidates ?? [])
  const basis = found ? t(`basis.${found.basis}`) : ''
  const groups = [
    {
      label: t('unit.responsible'),
      options: first.map((c) => ({ value: c.unitId, label: c.unitName ?? c.unitId, hint: basis }))
    },
    {
      label: t('unit.other'),
      options: (units.data?.items ?? [])
        .filter((u) => !first.some((c) => c.unitId === u.id))
        .map((u) => ({ value: u.id, label: u.name, hint: '' }))
    }
  ].filter((g) => g.options.length > 0)
  const [top] = first
  return (
    <>
      <Select
        {...(id ? { id } : {})}
        showSearch={{ filterOption: false, onSearch: setQ }}
        autoFocus={autoFocus}
        value={value ?? null}
        placeholder={t('unit.search')}
        options={groups}
        loading={units.isFetching}
        onChange={(v: string) => onChange?.(v)}
        optionRender={(o) => (
          <span className="unit-option">
            {o.label}
            <small>{(o.data as unknown as { hint: string }).hint}</small>
          </span>
        )}
      />
      {top && value !== top.unitId ? (
        <span className="opinions">
          <button type="button" onClick={() => onChange?.(top.unitId)} title={basis}>
            {top.unitName}
          </button>
        </span>
      ) : null}
    </>
  )
}
