import type { TypeDetail } from '@chengyun/contract/registry'
import { Button, Modal, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePreferences } from '../../preferences.tsx'

export interface ValueMapProps {
  register: TypeDetail
  column: string
  to: string
  samples: readonly string[]
  values: Readonly<Record<string, string>>
  disabled: boolean
  onChange: (values: Record<string, string>) => void
}

/** Words of a column and what they stand for, where only some values are possible: class, state, choices. */
export function ValueMap({ register, column, to, samples, values, disabled, onChange }: ValueMapProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const [draft, setDraft] = useState<Record<string, string> | null>(null)
  const choices = choicesOf(register, to, language)
  if (choices.length === 0) return null
  const words = [...new Set([...samples, ...Object.keys(values)])]
  return (
    <>
      <Button size="small" type="link" disabled={disabled} onClick={() => setDraft({ ...values })}>
        {Object.keys(values).length > 0
          ? t('registry.valuesMapped', { count: Object.keys(values).length })
          : t('registry.mapValues')}
      </Button>
      <Modal
        open={draft !== null}
        title={t('registry.valuesOf', { column })}
        okText={t('registry.save')}
        cancelText={t('registry.cancel')}
        onCancel={() => setDraft(null)}
        onOk={() => {
          if (draft) onChange(draft)
          setDraft(null)
        }}
      >
        <div className="reg-values">
          {words.map((word) => (
            <div key={word}>
              <span>{word}</span>
              <Select
                allowClear
                value={draft?.[word] ?? null}
                placeholder={t('registry.asItStands')}
                aria-label={word}
                showSearch={{ optionFilterProp: 'label' }}
                options={choices}
                onChange={(value: string | null) => {
                  const { [word]: _, ...rest } = draft ?? {}
                  setDraft(value ? { ...rest, [word]: value } : rest)
                }}
              />
            </div>
          ))}
        </div>
      </Modal>
    </>
  )
}

function choicesOf(
  { declaration: d, classes }: TypeDetail,
  to: string,
  language: 'zh' | 'en'
): { value: string; label: string }[] {
  if (to === 'class')
    return classes.map((c) => ({ value: c.code, label: `${c.code} ${language === 'en' && c.nameEn ? c.nameEn : c.name}` }))
  if (to === 'status') return d.states.map((s) => ({ value: s.key, label: s.name[language] }))
  const a = to.startsWith('attr.') ? d.attributes.find((x) => x.key === to.slice(5)) : undefined
  return (a?.choices ?? []).map((c) => ({ value: c.value, label: c.name[language] }))
}
