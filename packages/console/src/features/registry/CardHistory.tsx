import type { ItemCard, ItemChange, TypeDetail } from '@chengyun/contract/registry'
import { formatDateTime, formatShort, Photos, Skeleton, useNow } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'
import { QueryError } from '../../parts/states.tsx'
import { usePreferences } from '../../preferences.tsx'
import { photoOf } from './CardPhotos.tsx'
import { useItemHistory } from './data.ts'
import { FieldChanges } from './FieldChanges.tsx'

/** Everything that happened to the item, newest first: what was before and after, by whom, from where, with which evidence. */
export function CardHistory({ register, card }: { register: TypeDetail; card: ItemCard }) {
  const { t } = useTranslation()
  const now = useNow(60)
  const found = useItemHistory(register.id, card.code)
  if (found.isError) return <QueryError of={found} />
  if (!found.data) return <Skeleton lines={4} />
  const { items, batch, whole } = found.data
  return (
    <section>
      <h3>{t('registry.history')}</h3>
      <ol className="timeline reg-history">
        {items.map((c) => (
          <Change key={c.seq} register={register} change={c} now={now} />
        ))}
        {batch ? (
          <li>
            <p>
              {batch.at ? <time title={formatDateTime(batch.at)}>{formatShort(batch.at, now)}</time> : null}
              <b>{t('registry.cameBy')}</b> {batch.name}
            </p>
          </li>
        ) : null}
        {items.length === 0 && !batch ? <li>{t('registry.noHistory')}</li> : null}
      </ol>
      <p className={whole ? 'reg-hint' : 'late'}>{t(whole ? 'registry.chainWhole' : 'registry.chainBroken')}</p>
    </section>
  )
}

function Change({ register, change: c, now }: { register: TypeDetail; change: ItemChange; now: Date }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const comma = language === 'zh' ? '，' : ', '
  return (
    <li>
      <p>
        <time title={formatDateTime(c.effectiveAt)}>{formatShort(c.effectiveAt, now)}</time>
        <b>{t(`registry.change.${c.kind}`)}</b> {c.note}
      </p>
      {c.kind === 'add' ? null : <FieldChanges register={register} fields={c.fields} />}
      {c.evidenceIds.length > 0 ? (
        <Photos photos={c.evidenceIds.map((id) => photoOf(id, formatDateTime(c.effectiveAt)))} />
      ) : null}
      <small>
        {[c.actorName, t(`registry.source.${c.source}`), c.reviewerName ? t('registry.reviewedBy', { name: c.reviewerName }) : '']
          .filter(Boolean)
          .join(comma)}
      </small>
    </li>
  )
}
