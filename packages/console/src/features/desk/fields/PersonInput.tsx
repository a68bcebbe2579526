import { Select } from 'antd'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useHandlers, usePeople } from '../../../api/config.ts'
import { useSession } from '../../../api/session.ts'
import type { FieldInputProps } from './FieldInput.tsx'

/** A handler of the unit, least busy first; or a collector, where leaving it empty means the nearest on duty. */
export function PersonInput(props: FieldInputProps<string>) {
  return props.need.type === 'handler' ? <HandlerInput {...props} /> : <CollectorInput {...props} />
}

function HandlerInput({ view, autoFocus, id, value, onChange }: FieldInputProps<string>) {
  const { t } = useTranslation()
  const { user } = useSession()
  const handlers = useHandlers(view?.unitId ?? user.unitId)
  return (
    <Select
      {...(id ? { id } : {})}
      showSearch={{ optionFilterProp: 'label' }}
      autoFocus={autoFocus}
      value={value ?? null}
      placeholder={t('person.searchHandler')}
      loading={handlers.isPending}
      options={(handlers.data?.handlers ?? []).map((p) => ({
        value: p.id,
        label: `${p.name} · ${p.unitName} · ${t('person.load', { n: p.openCases })}`
      }))}
      onChange={(v: string) => onChange?.(v)}
    />
  )
}

function CollectorInput({ autoFocus, id, value, onChange }: FieldInputProps<string>) {
  const { t } = useTranslation()
  const [q, setQ] = useState('')
  const sought = useDeferredValue(q)
  const people = usePeople({ role: 'collector', limit: 50, ...(sought ? { q: sought } : {}) })
  return (
    <Select
      {...(id ? { id } : {})}
      showSearch={{ filterOption: false, onSearch: setQ }}
      allowClear
      autoFocus={autoFocus}
      value={value ?? null}
      placeholder={t('person.nearestCollector')}
      loading={people.isFetching}
      options={(people.data?.items ?? []).map((p) => ({ value: p.id, label: `${p.name} · ${p.unitName}` }))}
      onChange={(v: string | undefined) => onChange?.(v)}
    />
  )
}
