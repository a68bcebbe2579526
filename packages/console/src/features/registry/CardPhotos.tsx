import type { ItemCard, TypeDetail } from '@chengyun/contract/registry'
import { formatDateTime, type Photo, Photos } from '@chengyun/ui'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useItemHistory } from './data.ts'

const SHOWN = 8

/** The latest pictures there are of the item: the evidence of its changes. */
export function CardPhotos({ register, card }: { register: TypeDetail; card: ItemCard }) {
  const { t } = useTranslation()
  const history = useItemHistory(register.id, card.code).data
  const photos = useMemo<Photo[]>(
    () =>
      (history?.items ?? [])
        .flatMap((c) =>
          c.evidenceIds.map((id) => photoOf(id, `${t(`registry.change.${c.kind}`)} ${formatDateTime(c.effectiveAt)}`))
        )
        .slice(0, SHOWN),
    [history, t]
  )
  return photos.length === 0 ? null : (
    <section className="reg-item-photos">
      <Photos photos={photos} />
    </section>
  )
}

/** A piece of evidence as a picture. */
export const photoOf = (id: string, caption: string): Photo => ({
  id,
  url: `/api/media/${id}/shown`,
  thumbUrl: `/api/media/${id}/thumb`,
  side: 'other',
  caption
})
