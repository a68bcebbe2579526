import { Select } from 'antd'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { searchable } from '../registry/address.ts'
import { useItems } from '../registry/data.ts'
import { useBoth } from './context.ts'

export interface SubjectChoiceProps {
  subject: { register: string; name: { zh: string; en: string }; count: number }
  code: string | null
  onChoose: (code: string | null) => void
}

/** Chooses one thing of the page's register, by words of its name or code. */
export function SubjectChoice({ subject, code, onChoose }: SubjectChoiceProps) {
  const { t } = useTranslation()
  const both = useBoth()
  const [text, setText] = useState('')
  const [open, setOpen] = useState(false)
  const q = useDeferredValue(text.trim())
  const asked = q && searchable(q) ? { q } : {}
  const found = useItems(subject.register, asked, open || code !== null)
  const items = found.data?.pages.flatMap((p) => p.items) ?? []
  const options = items.map((i) => ({ value: i.code, label: i.name || i.code }))
  // The chosen one may be beyond what is listed; its code is better than nothing.
  if (code !== null && !items.some((i) => i.code === code)) options.unshift({ value: code, label: code })
  return (
    <Select
      allowClear
      className="scn-subject"
      showSearch={{ filterOption: false, onSearch: setText }}
      value={code}
      loading={found.isFetching}
      placeholder={t('scenarios.chooseOne', { name: both(subject.name) })}
      aria-label={t('scenarios.chooseOne', { name: both(subject.name) })}
      onOpenChange={setOpen}
      notFoundContent={t('scenarios.noneFound')}
      options={options}
      onChange={(v: string | undefined) => onChoose(v ?? null)}
    />
  )
}
