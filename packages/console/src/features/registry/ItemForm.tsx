import type { ItemCard, TypeDetail } from '@chengyun/contract/registry'
import { Input, Select } from 'antd'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { usePreferences } from '../../preferences.tsx'
import { AttributeInput } from './AttributeInput.tsx'
import { ClassSelect } from './ClassSelect.tsx'
import type { Draft } from './draft.ts'
import { sectionsOf } from './layout.ts'
import { RelationInput } from './RelationInput.tsx'
import { UnitPicker } from './UnitPicker.tsx'
import { attributeOf, placeText } from './value.ts'
import { useFieldName } from './words.ts'

export interface ItemFormProps {
  register: TypeDetail
  draft: Draft
  onChange: (field: string, value: unknown) => void
  /** What the server found wrong, by field. */
  faults: ReadonlyMap<string, string>
  /** The item that is edited; null of a new one. */
  card: ItemCard | null
  /** Fields of the item that may not be touched here. */
  fixed?: ReadonlySet<string>
}

/** The form of an item, section by section, from the declaration alone. */
export function ItemForm(props: ItemFormProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const { register, card } = props
  const d = register.declaration
  return (
    <div className="reg-form">
      {sectionsOf(d).map((section) => {
        const fields = section.fields.filter((f) => isOpen(f, card, d))
        return fields.length === 0 ? null : (
          <section key={section.fields.join()}>
            <h3>{section.name?.[language] ?? t(d.form?.length ? 'registry.otherFields' : 'registry.attributes')}</h3>
            <div className="reg-fields">
              {fields.map((f) => (
                <Field key={f} {...props} field={f} />
              ))}
            </div>
          </section>
        )
      })}
      {d.relations?.length ? (
        <section>
          <h3>{t('registry.relations')}</h3>
          <div className="reg-fields">
            {d.relations.map((r) => (
              <Field key={r.key} {...props} field={`rel.${r.key}`} />
            ))}
          </div>
        </section>
      ) : null}
    </div>
  )
}

/** A code is given once; masked values are changed only where they are read. */
function isOpen(field: string, card: ItemCard | null, d: TypeDetail['declaration']): boolean {
  if (field === 'code') return card === null && d.code.rule === 'given'
  return !card?.masked.includes(field)
}

/** What every item of the register must have. */
function isNeeded(field: string, d: TypeDetail['declaration']): boolean {
  return field === 'place' ? !d.placeOptional : ['class', 'code', 'status'].includes(field)
}

function Field(props: ItemFormProps & { field: string }) {
  const { register, field, faults, fixed } = props
  const fieldName = useFieldName()
  const { t } = useTranslation()
  const { language } = usePreferences()
  const id = useId()
  const d = register.declaration
  const a = attributeOf(d, field)
  const label = fieldName(d, field.replace(/^rel\./, ''))
  const fault = faults.get(field.replace(/^rel\./, '')) ?? faults.get(field)
  const needed = a ? a.required : isNeeded(field, d)
  const wide = field === 'address' || (a?.type === 'text' && (a.maxLength ?? 4000) > 200)
  return (
    <div className={`reg-field${wide ? ' wide' : ''}${fault ? ' faulty' : ''}`}>
      <label htmlFor={id}>
        {label}
        {needed ? <em title={t('registry.required')}>*</em> : null}
      </label>
      {fixed?.has(field) ? <p className="reg-fixed">{t('registry.fixedField')}</p> : <Control {...props} id={id} label={label} />}
      {fault ? (
        <small role="alert" className="late">
          {fault}
        </small>
      ) : a?.help ? (
        <small>{a.help[language]}</small>
      ) : null}
    </div>
  )
}

function Control(props: ItemFormProps & { field: string; id: string; label: string }) {
  const { register, field, draft, onChange, faults, card, id, label } = props
  const { t } = useTranslation()
  const { language } = usePreferences()
  const d = register.declaration
  const value = draft[field]
  const invalid = faults.has(field)
  const set = (next: unknown) => onChange(field, next)
  const a = attributeOf(d, field)
  if (a) return <AttributeInput attribute={a} value={value} onChange={set} id={id} label={label} invalid={invalid} />
  if (field.startsWith('rel.')) {
    const relation = d.relations?.find((r) => r.key === field.slice(4))
    return relation ? (
      <RelationInput relation={relation} value={value} onChange={set} id={id} label={label} invalid={invalid} />
    ) : null
  }
  switch (field) {
    case 'class':
      return (
        <ClassSelect
          register={register}
          active={card === null}
          id={id}
          label={label}
          invalid={invalid}
          value={typeof value === 'string' ? value : null}
          onChange={set}
        />
      )
    case 'status':
      return (
        <Select
          id={id}
          aria-label={label}
          status={invalid ? 'error' : ''}
          value={typeof value === 'string' ? value : d.initialState}
          options={d.states.filter((s) => !s.ends).map((s) => ({ value: s.key, label: s.name[language] }))}
          onChange={set}
        />
      )
    case 'owner':
    case 'maintainer':
    case 'authority':
      return (
        <UnitPicker
          id={id}
          label={label}
          invalid={invalid}
          name={card?.[field]?.name}
          value={typeof value === 'string' ? value : null}
          onChange={set}
        />
      )
    case 'place':
      return (
        <Input id={id} readOnly value={placeText(value)} placeholder={t('registry.placeHint')} status={invalid ? 'error' : ''} />
      )
    default:
      return (
        <Input
          id={id}
          value={typeof value === 'string' ? value : ''}
          maxLength={field === 'address' ? 256 : 100}
          status={invalid ? 'error' : ''}
          autoComplete="off"
          onChange={(e) => set(e.target.value)}
        />
      )
  }
}
