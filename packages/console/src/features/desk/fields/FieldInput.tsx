import type { CanView, CaseView } from '@chengyun/contract/cases'
import { Checkbox, DatePicker, Input, Radio, Select } from 'antd'
import dayjs from 'dayjs'
import { useTranslation } from 'react-i18next'
import { ClassPicker } from '../../../parts/ClassPicker.tsx'
import { PhotoUpload } from '../../../parts/PhotoUpload.tsx'
import { ConditionInput } from './ConditionInput.tsx'
import { OpinionInput } from './OpinionInput.tsx'
import { PersonInput } from './PersonInput.tsx'
import { UnitInput } from './UnitInput.tsx'

export interface FieldInputProps<T = unknown> {
  need: CanView['needs'][number]
  /** Null when one input serves many cases. */
  view: CaseView | null
  op: string
  autoFocus: boolean
  /** Given by the form, so that its label names the field. */
  id?: string
  value?: T
  onChange?: (value: T | undefined) => void
}

/** The phase under which pictures of an act are filed. */
const PHASES: Record<string, string> = { submitHandle: 'after', submitVerify: 'verify', submitCheck: 'check' }

/** The input of one need of the flow table. */
export function FieldInput(props: FieldInputProps) {
  const { need, view, op, autoFocus, id, value, onChange } = props
  const named = id ? { id } : {}
  const { t } = useTranslation()
  const change = (v: unknown) => onChange?.(v)
  switch (need.type) {
    case 'text':
      return <OpinionInput {...(props as FieldInputProps<string>)} />
    case 'condition':
      return <ConditionInput {...(props as FieldInputProps<string>)} />
    case 'unit':
      return <UnitInput {...(props as FieldInputProps<string>)} />
    case 'handler':
    case 'collector':
      return <PersonInput {...(props as FieldInputProps<string>)} />
    case 'photos':
      return <PhotoUpload value={(value as string[] | undefined) ?? []} onChange={change} phase={PHASES[op] ?? 'reference'} />
    case 'day':
      return (
        <DatePicker
          {...named}
          autoFocus={autoFocus}
          value={value ? dayjs(value as string) : null}
          minDate={dayjs().add(1, 'day')}
          maxDate={dayjs().add(1, 'year')}
          onChange={(d) => change(d ? d.format('YYYY-MM-DD') : undefined)}
        />
      )
    case 'choice': {
      const options = (need.options ?? []).map((o) => ({
        value: o,
        label: t(need.field === 'severity' ? `severity.${o}` : `option.${need.field}.${o}`)
      }))
      return (
        <Radio.Group {...named} value={value} options={options} optionType="button" onChange={(e) => change(e.target.value)} />
      )
    }
    case 'flag':
      return (
        <Checkbox {...named} checked={value === true} onChange={(e) => change(e.target.checked)}>
          {t(`field.${need.field}`)}
        </Checkbox>
      )
    case 'case':
      return (
        <Select
          {...named}
          showSearch
          mode="tags"
          maxCount={1}
          autoFocus={autoFocus}
          value={value ? [value as string] : []}
          placeholder={t('field.caseHint')}
          options={(view?.related ?? []).map((r) => ({
            value: r.caseNo,
            label: `${r.caseNo} · ${r.className} · ${t(`status.${r.status}`)}`
          }))}
          onChange={(v: string[]) => change(v.at(-1)?.trim())}
        />
      )
    case 'class':
      return (
        <ClassPicker
          id={id}
          value={(value as string | undefined) ?? null}
          onChange={(c) => change(c?.code)}
          kind={view?.kind ?? null}
        />
      )
    default:
      return (
        <Input
          {...named}
          autoFocus={autoFocus}
          value={(value as string | undefined) ?? ''}
          onChange={(e) => change(e.target.value)}
        />
      )
  }
}
