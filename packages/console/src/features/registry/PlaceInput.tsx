import type { Located, PlaceCandidate } from '@chengyun/contract/geo'
import type { MapPoint } from '@chengyun/ui'
import { useQuery } from '@tanstack/react-query'
import { AutoComplete, Button } from 'antd'
import { useDeferredValue, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addressOf, locate, searchPlaces } from '../../api/reference.ts'
import { CityMap } from '../../parts/CityMap.tsx'

export interface PlaceInputProps {
  geometry: string
  value: unknown
  /** Where the item is now; null of a new one. */
  start: readonly [number, number] | null
  onChange: (place: [number, number] | null, address: string | null) => void
}

const ZOOM = 16

/** The place of an item, pointed at on the map; its grid and its address are worked out and said. */
export function PlaceInput({ geometry, value, start, onChange }: PlaceInputProps) {
  const { t } = useTranslation()
  const [said, setSaid] = useState<string | null>(null)
  const place = Array.isArray(value) && value.length === 2 ? (value as [number, number]) : null
  const lng = place?.[0]
  const lat = place?.[1]
  const point = useMemo<MapPoint | null>(
    () => (lng !== undefined && lat !== undefined ? { id: 'here', location: [lng, lat], lamp: 'ok' } : null),
    [lng, lat]
  )
  const [from] = useState(start)
  const [flown, setFlown] = useState<[number, number] | null>(null)
  const middle = flown ?? from
  const focus = useMemo(() => (middle ? { center: [middle[0], middle[1]] as [number, number], zoom: ZOOM } : null), [middle])
  const was = useMemo<MapPoint[]>(() => (from ? [{ id: 'was', location: [from[0], from[1]], lamp: 'done' }] : []), [from])
  const moved = from !== null && place !== null && (from[0] !== place[0] || from[1] !== place[1])
  const take = async (at: [number, number]) => {
    const exact: [number, number] = [Number(at[0].toFixed(7)), Number(at[1].toFixed(7))]
    onChange(exact, null)
    setSaid(t('registry.locating'))
    try {
      const [found, address] = await Promise.all([locate(exact), addressOf(exact)])
      setSaid(whereText(found))
      onChange(exact, address.text)
    } catch (e) {
      setSaid((e as Error).message)
    }
  }
  const whereText = (f: Located) =>
    t('registry.liesIn', { place: [f.districtName, f.streetName, f.communityName].filter(Boolean).join(' '), grid: f.gridCode })
  return (
    <section className="reg-place" aria-label={t('registry.placeOnMap')}>
      <div>
        <PlaceSearch
          onFound={(at) => {
            setFlown(at)
            void take(at)
          }}
        />
        <CityMap points={was} selected={point} onGround={(at) => void take(at)} {...(focus ? { focus } : {})} />
      </div>
      <p aria-live="polite">
        <span>{said ?? t(geometry === 'point' || geometry === 'any' ? 'registry.pointHint' : 'registry.shapeHint')}</span>
        {moved && from ? (
          <Button
            size="small"
            type="link"
            onClick={() => {
              onChange([from[0], from[1]], null)
              setSaid(null)
            }}
          >
            {t('registry.putBack')}
          </Button>
        ) : null}
      </p>
    </section>
  )
}

/** A place by its name; the map goes there. */
function PlaceSearch({ onFound }: { onFound: (at: [number, number]) => void }) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const q = useDeferredValue(text.trim())
  const places = useQuery({
    queryKey: ['places', q],
    queryFn: ({ signal }) => searchPlaces(q, signal),
    enabled: q.length > 0,
    staleTime: 60_000
  })
  return (
    <AutoComplete
      className="reg-place-search"
      value={text}
      allowClear
      placeholder={t('registry.placeSearch')}
      aria-label={t('registry.placeSearch')}
      options={(places.data ?? []).map((p) => ({ value: p.id, label: `${p.name} · ${p.address}`, place: p }))}
      notFoundContent={q && !places.isFetching ? t('registry.noSuchPlace') : null}
      onSearch={setText}
      onSelect={(_, option) => {
        const { place } = option as unknown as { place: PlaceCandidate }
        setText(place.name)
        onFound(place.position)
      }}
    />
  )
}
