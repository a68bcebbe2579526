import { Skeleton } from '@chengyun/ui'
import { Radio } from 'antd'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useConditions } from '../../../api/config.ts'
import { QueryError } from '../../../parts/states.tsx'
import { useLimitText } from '../words.ts'
import type { FieldInputProps } from './FieldInput.tsx'

/** The registering conditions of the class, each with its limit; a single one is chosen by itself. */
export function ConditionInput({ view, id, value, onChange }: FieldInputProps<string>) {
  const { t } = useTranslation()
  const limitText = useLimitText()
  const found = useConditions(
    view ? { standardRef: view.standardRef, kind: view.kind, classCode: view.classCode, district: view.districtCode } : null
  )
  const items = found.data?.conditions.filter((c) => c.active)
  useEffect(() => {
    if (items?.length === 1 && !value) onChange?.(items[0]?.id)
  }, [items, value, onChange])
  if (found.isPending) return <Skeleton lines={2} />
  if (found.isError) return <QueryError of={found} />
  if (items?.length === 0) return <p className="case-note">{t('condition.none')}</p>
  return (
    <Radio.Group
      {...(id ? { id } : {})}
      value={value ?? null}
      onChange={(e) => onChange?.(e.target.value)}
      className="conditions"
    >
      {items?.map((c) => (
        <Radio key={c.id} value={c.id}>
          {c.condition}
          <small>
            {limitText(c.limit)} · {t('condition.closedWhen', { text: c.closeCondition })}
          </small>
        </Radio>
      ))}
    </Radio.Group>
  )
}
