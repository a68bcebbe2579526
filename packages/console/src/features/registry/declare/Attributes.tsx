import { ATTRIBUTE_TYPES, type AttributeDeclaration } from '@chengyun/contract/registry'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePreferences } from '../../../preferences.tsx'
import { AttributeMore } from './AttributeMore.tsx'
import type { PartProps } from './Basics.tsx'
import { moved } from './blank.ts'
import { Flag, Names, Pick, RowActs, Text } from './parts.tsx'

/** The attributes of a register: a row each, its rules opened below it. */
export function Attributes({ d, onChange }: PartProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const [open, setOpen] = useState<number | null>(null)
  const put = (attributes: AttributeDeclaration[]) => onChange({ attributes })
  const set = (i: number, change: Partial<AttributeDeclaration>) =>
    put(d.attributes.map((a, j) => (j === i ? { ...a, ...change } : a)))
  const add = () => {
    put([...d.attributes, { key: '', name: { zh: '', en: '' }, type: 'text' }])
    setOpen(d.attributes.length)
  }
  return (
    <>
      <div className="reg-decl-attribute reg-decl-head" aria-hidden="true">
        <span>{t('registry.key')}</span>
        <span>{t('registry.attributeName')}</span>
        <span>{t('registry.valueType')}</span>
        <span>{t('registry.required')}</span>
        <span>{t('registry.searched')}</span>
        <span />
      </div>
      {d.attributes.map((a, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the key of a row is being typed; its number is what stays
        <div key={i} className={`reg-decl-one${open === i ? ' on' : ''}`}>
          <div className="reg-decl-attribute">
            <Text label={t('registry.key')} value={a.key} max={40} onChange={(key) => set(i, { key })} />
            <Names label={t('registry.attributeName')} value={a.name} onChange={(name) => set(i, { name })} />
            <Pick
              label={t('registry.valueType')}
              value={a.type}
              options={ATTRIBUTE_TYPES.map((value) => ({ value, label: t(`registry.type.${value}`) }))}
              onChange={(type) => type && set(i, { type })}
            />
            <Flag
              label={t('registry.requiredOf', { name: a.name[language] })}
              value={a.required}
              onChange={(required) => set(i, { required })}
            />
            <Flag
              label={t('registry.searchedOf', { name: a.name[language] })}
              value={a.searchable}
              onChange={(searchable) => set(i, { searchable })}
            />
            <span className="reg-decl-row">
              <Button size="small" type="link" aria-expanded={open === i} onClick={() => setOpen(open === i ? null : i)}>
                {t('registry.rules')}
              </Button>
              <RowActs
                what={a.name[language] || a.key}
                onUp={() => put(moved(d.attributes, i, -1))}
                onDown={() => put(moved(d.attributes, i, 1))}
                onDrop={() => put(d.attributes.filter((_, j) => j !== i))}
              />
            </span>
          </div>
          {open === i ? <AttributeMore attribute={a} onChange={(change) => set(i, change)} /> : null}
        </div>
      ))}
      <Button size="small" type="link" onClick={add}>
        {t('registry.addAttribute')}
      </Button>
    </>
  )
}
