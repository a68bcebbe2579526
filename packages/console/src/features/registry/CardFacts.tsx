import type { ItemCard, TypeDetail } from '@chengyun/contract/registry'
import { formatDateTime } from '@chengyun/ui'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { usePreferences } from '../../preferences.tsx'
import { attributeText } from '../map/itemText.ts'
import { listAddress } from './address.ts'
import { sectionsOf } from './layout.ts'
import { Reveal } from './Reveal.tsx'
import { attributeOf } from './value.ts'
import { useFieldName, useValueWords } from './words.ts'

/** What the head says already. */
const IN_HEAD = new Set(['code', 'class', 'name', 'status', 'place', 'address'])

export interface CardFactsProps {
  register: TypeDetail
  card: ItemCard
  onOpen: (code: string) => void
}

/** Attributes by the sections of the form, units, relations; masked values with the way to see them. */
export function CardFacts({ register, card, onOpen }: CardFactsProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const words = useValueWords()
  const fieldName = useFieldName()
  const [revealed, setRevealed] = useState<Readonly<Record<string, unknown>>>({})
  const d = register.declaration
  const textOf = (field: string): string => {
    if (field === 'authority' || field === 'owner' || field === 'maintainer') return card[field]?.name ?? ''
    const a = attributeOf(d, field)
    return a ? attributeText(a, revealed[a.key] ?? card.attributes[a.key], language, words) : ''
  }
  const hidden = card.masked.filter((key) => !(key in revealed))
  return (
    <div className="reg-facts">
      {sectionsOf(d).map((section) => {
        const fields = section.fields.filter((f) => !IN_HEAD.has(f) && textOf(f) !== '')
        return fields.length === 0 ? null : (
          <section key={section.fields.join()}>
            <h3>{section.name?.[language] ?? t(d.form?.length ? 'registry.otherFields' : 'registry.attributes')}</h3>
            <dl>
              {fields.map((f) => (
                <div key={f}>
                  <dt>{fieldName(d, f)}</dt>
                  <dd className={hidden.includes(f) ? 'masked' : ''}>{textOf(f)}</dd>
                </div>
              ))}
            </dl>
          </section>
        )
      })}
      {hidden.length > 0 && card.can.includes('reveal') ? (
        <Reveal register={register} card={card} onRevealed={(values) => setRevealed(values)} />
      ) : null}
      <Relations register={register} card={card} onOpen={onOpen} />
      <p className="reg-hint">
        {t('registry.recorded', {
          created: formatDateTime(card.createdAt),
          updated: formatDateTime(card.updatedAt),
          n: card.version
        })}
      </p>
    </div>
  )
}

function Relations({ register, card, onOpen }: CardFactsProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const named = card.relations.filter((r) => r.items.length > 0)
  if (named.length === 0 && card.namedBy.length === 0) return null
  const link = (type: string, code: string, name: string) =>
    type === register.id ? (
      <button key={code} type="button" className="reg-link" onClick={() => onOpen(code)}>
        {name || code}
      </button>
    ) : (
      <Link key={`${type} ${code}`} href={listAddress(type, code)}>
        {name || code}
      </Link>
    )
  return (
    <section>
      <h3>{t('registry.relations')}</h3>
      <dl>
        {named.map((r) => (
          <div key={r.key}>
            <dt>{register.declaration.relations?.find((x) => x.key === r.key)?.name[language] ?? r.key}</dt>
            <dd className="reg-links">{r.items.map((i) => link(r.type, i.code, i.name))}</dd>
          </div>
        ))}
        {card.namedBy.length > 0 ? (
          <div>
            <dt>{t('registry.namedBy')}</dt>
            <dd className="reg-links">{card.namedBy.map((i) => link(i.type, i.code, i.name))}</dd>
          </div>
        ) : null}
      </dl>
    </section>
  )
}
