import type { ItemCard as Card, TypeDetail } from '@chengyun/contract/registry'
import { formatDateTime, formatShort, Skeleton, useNow } from '@chengyun/ui'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useMay } from '../../api/session.ts'
import { QueryError } from '../../parts/states.tsx'
import { usePreferences } from '../../preferences.tsx'
import { ItemStreams } from '../streams/ItemStreams.tsx'
import { reportAddress } from './CaseCard.tsx'
import { sentence } from './dress.ts'
import { useItem, useItemCases, useItemHistory, useRegister } from './itemData.ts'
import { attributeText } from './itemText.ts'

export interface ItemCardProps {
  type: string
  code: string
  onPlace: (at: [number, number]) => void
}

/** An item of a register on the map: its card, its cases, its history. */
export function ItemCard({ type, code, onPlace }: ItemCardProps) {
  const found = useItem(type, code)
  const register = useRegister(type).data
  const card = found.data
  const lng = card?.place?.[0]
  const lat = card?.place?.[1]
  useEffect(() => {
    if (lng !== undefined && lat !== undefined) onPlace([lng, lat])
  }, [lng, lat, onPlace])
  if (found.isError) return <QueryError of={found} />
  if (!card || !register) return <Skeleton lines={10} />
  return (
    <article className="om-card">
      <Head card={card} register={register} />
      <Facts card={card} register={register} />
      <Acts card={card} />
      <ItemStreams type={type} code={code} itemId={card.id} className="om-streams" />
      <Cases code={code} />
      <History type={type} code={code} register={register} />
    </article>
  )
}

function Head({ card, register }: { card: Card; register: TypeDetail }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const state = register.declaration.states.find((s) => s.key === card.status)
  const kind = card.class ? (language === 'zh' ? card.class.name : card.class.nameEn || card.class.name) : ''
  const where = [card.grid.district, card.grid.street, card.grid.community].flatMap((d) => (d ? [d.name] : []))
  return (
    <>
      <p className="om-card-code">
        {card.code} <span className={state?.tone ?? ''}>{sentence(state?.name[language] ?? card.status)}</span>
      </p>
      <h2>{card.name || kind || register.declaration.name[language]}</h2>
      <p className="om-card-place">
        {card.address || t('onemap.place.nameless')}
        {where.length > 0 ? <small>{where.join(' ')}</small> : null}
        {card.grid.unitGrid ? <small>{t('case.grid', { code: card.grid.unitGrid })}</small> : null}
      </p>
    </>
  )
}

function Facts({ card, register }: { card: Card; register: TypeDetail }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const words = { yes: t('onemap.yes'), no: t('onemap.no'), comma: t('onemap.comma') }
  const rows: [string, string, string][] = []
  if (card.class) rows.push(['class', t('onemap.card.class'), language === 'zh' ? card.class.name : card.class.nameEn])
  for (const key of ['authority', 'owner', 'maintainer'] as const) {
    const unit = card[key]
    if (unit) rows.push([key, t(`onemap.card.${key}`), unit.name])
  }
  for (const a of register.declaration.attributes) {
    const text = attributeText(a, card.attributes[a.key], language, words)
    if (text) rows.push([a.key, a.name[language], text])
  }
  for (const relation of card.relations) {
    const name = register.declaration.relations?.find((r) => r.key === relation.key)?.name[language] ?? relation.key
    if (relation.items.length > 0) rows.push([relation.key, name, relation.items.map((i) => i.name || i.code).join(words.comma)])
  }
  rows.push(['updated', t('onemap.card.updated'), formatDateTime(card.updatedAt)])
  return (
    <dl className="om-facts">
      {rows.map(([key, name, text]) => (
        <div key={key}>
          <dt>{name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  )
}

function Acts({ card }: { card: Card }) {
  const { t } = useTranslation()
  const component = /^\d{16,17}$/.test(card.code) ? card.code : null
  if (!card.can.includes('report') || !card.place) return null
  return (
    <p className="om-card-acts">
      <Link href={reportAddress(card.place, component)}>{t('onemap.card.report')}</Link>
    </p>
  )
}

const CASES_SHOWN = 5

function Cases({ code }: { code: string }) {
  const { t } = useTranslation()
  const may = useMay()
  const now = useNow(60)
  const asked = may('cases:read') && /^\d{16,17}$/.test(code)
  const found = useItemCases(code, asked)
  if (!asked) return null
  const rows = found.data?.items ?? []
  return (
    <section>
      <h3>{t('onemap.card.cases')}</h3>
      {found.isPending ? <Skeleton lines={2} /> : null}
      {found.isSuccess && rows.length === 0 ? <p className="om-hint">{t('onemap.card.noCases')}</p> : null}
      <ul className="om-hits">
        {rows.slice(0, CASES_SHOWN).map((c) => (
          <li key={c.id}>
            <Link href={`/cases/${c.id}`}>
              <span>
                {c.description.slice(0, 40) || c.className}
                <small>
                  {c.caseNo} · {t(`status.${c.status}`)}
                </small>
              </span>
              <em>{formatShort(c.reportedAt, now)}</em>
            </Link>
          </li>
        ))}
      </ul>
      {rows.length > CASES_SHOWN ? <Link href={`/cases?component=${code}`}>{t('onemap.card.allCases')}</Link> : null}
    </section>
  )
}

function History({ type, code, register }: { type: string; code: string; register: TypeDetail }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const now = useNow(60)
  const found = useItemHistory(type, code)
  if (!found.data) return null
  const fieldName = (key: string) => {
    const bare = key.replace(/^attributes\./, '')
    return (
      register.declaration.attributes.find((a) => a.key === bare)?.name[language] ??
      t(`onemap.field.${bare}`, { defaultValue: bare })
    )
  }
  const { items, batch } = found.data
  return (
    <section>
      <h3>{t('onemap.card.history')}</h3>
      <ol className="timeline">
        {items.map((c) => (
          <li key={c.seq}>
            <p>
              <time>{formatShort(c.effectiveAt, now)}</time> <b>{t(`onemap.change.${c.kind}`)}</b>
            </p>
            {c.kind === 'add' ? null : (
              <p className="timeline-text">{c.fields.map((f) => fieldName(f.field)).join(t('onemap.comma'))}</p>
            )}
            {c.note ? <p className="timeline-text">{c.note}</p> : null}
            <small>
              {c.actorName}
              {c.reviewerName ? ` · ${t('onemap.card.reviewed', { name: c.reviewerName })}` : ''}
            </small>
          </li>
        ))}
        {batch ? (
          <li>
            <p>
              {batch.at ? <time>{formatShort(batch.at, now)}</time> : null} <b>{t('onemap.card.batch')}</b>
            </p>
            <small>{batch.name}</small>
          </li>
        ) : null}
        {items.length === 0 && !batch ? <li>{t('onemap.card.noHistory')}</li> : null}
      </ol>
    </section>
  )
}
