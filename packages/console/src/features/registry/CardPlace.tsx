import type { ItemCard, TypeDetail } from '@chengyun/contract/registry'
import type { MapPoint } from '@chengyun/ui'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { CityMap } from '../../parts/CityMap.tsx'
import { placeText } from './value.ts'

const ZOOM = 16

/** Where the item is, with the street's name on the map. */
export function CardPlace({ register, card }: { register: TypeDetail; card: ItemCard }) {
  const { t } = useTranslation()
  const lng = card.place?.[0] ?? 0
  const lat = card.place?.[1] ?? 0
  const removed = card.removedAt !== null
  const point = useMemo<MapPoint>(
    () => ({ id: card.code, location: [lng, lat], lamp: removed ? 'done' : 'ok' }),
    [card.code, lng, lat, removed]
  )
  const focus = useMemo(() => ({ center: [lng, lat] as [number, number], zoom: ZOOM }), [lng, lat])
  if (register.declaration.geometry === 'none') return null
  if (!card.place) return <p className="reg-hint">{t('registry.noPlace')}</p>
  const at = new URLSearchParams({ c: `${lng.toFixed(6)},${lat.toFixed(6)},17`, l: card.layer, o: `${card.layer}:${card.code}` })
  return (
    <section className="reg-item-map">
      <CityMap selected={point} focus={focus} note={card.grid.street?.name ?? card.address} />
      <p>
        <span>{placeText(card.place)}</span>
        <Link href={`/map?${at}`}>{t('registry.onTheMap')}</Link>
      </p>
    </section>
  )
}
