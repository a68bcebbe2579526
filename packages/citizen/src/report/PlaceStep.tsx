import { useCallback, useEffect, useState } from 'react'
import { nameOfPoint } from '../api/places.ts'
import { knownOptions, readOptions } from '../api/public.ts'
import { t } from '../i18n.ts'
import { metresBetween, type View } from '../map/project.ts'
import { StreetMap } from '../map/StreetMap.tsx'
import { Note, Title } from '../parts/bits.tsx'
import { Icon } from '../parts/Icon.tsx'
import { go } from '../router.tsx'
import { Photos } from './Photos.tsx'
import { PlaceSearch } from './PlaceSearch.tsx'
import type { StepProps } from './Report.tsx'

/** Nearer than this to where the telephone is the place counts as its own reading, with its accuracy. */
const SAME_M = 15
const LOCATE_MS = 12_000

type Gps = { state: 'asking' | 'denied' } | { state: 'found'; lng: number; lat: number; accuracyM: number }

/** Where it is: the telephone proposes, the person corrects by moving the map, by keys or by an address. */
export function PlaceStep({ draft, change, replace }: StepProps) {
  const known = draft.place
  const [view, setView] = useState<View | null>(known ? { lng: known.lng, lat: known.lat, zoom: 16.4 } : null)
  const [isPlaced, setPlaced] = useState(known !== undefined)
  const [gps, setGps] = useState<Gps>({ state: 'asking' })
  const [name, setName] = useState<{ inside: boolean; text: string | null } | null>(null)
  const [mistake, setMistake] = useState('')

  const locate = useCallback((isMoving: boolean) => {
    setGps({ state: 'asking' })
    const fail = () => setGps({ state: 'denied' })
    if (!navigator.geolocation) return fail()
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setGps({ state: 'found', lng: coords.longitude, lat: coords.latitude, accuracyM: coords.accuracy })
        if (!isMoving) return
        setView({ lng: coords.longitude, lat: coords.latitude, zoom: 16.4 })
        setPlaced(true)
      },
      fail,
      { enableHighAccuracy: true, timeout: LOCATE_MS, maximumAge: 10_000 }
    )
  }, [])

  useEffect(() => {
    locate(known === undefined)
    const center = (options: { city: { center: readonly [number, number] } } | null) => {
      if (options) setView((now) => now ?? { lng: options.city.center[0], lat: options.city.center[1], zoom: 14 })
    }
    center(knownOptions())
    readOptions().then(center, () => undefined)
  }, [locate, known])

  const settle = useCallback((at: View) => {
    const abort = new AbortController()
    nameOfPoint(at.lng, at.lat, abort.signal).then(setName, () => setName(null))
  }, [])

  const next = async () => {
    if (!view || !isPlaced) return setMistake(t('place.notYet'))
    if (name && !name.inside) return setMistake(t('place.outside'))
    const isGps = gps.state === 'found' && metresBetween([gps.lng, gps.lat], [view.lng, view.lat]) <= SAME_M
    await change({
      place: {
        lng: Number(view.lng.toFixed(7)),
        lat: Number(view.lat.toFixed(7)),
        crs: isGps ? 'WGS84' : 'CGCS2000',
        ...(isGps && gps.state === 'found' ? { accuracyM: gps.accuracyM } : {}),
        ...(name?.text ? { address: name.text.slice(0, 200) } : {})
      }
    })
    go(`/report/${draft.id}?step=words`)
  }
  const says = !isPlaced ? t('place.unknown') : (name?.text ?? (name && !name.inside ? t('place.outside') : t('place.byMap')))
  return (
    <div className="stack">
      <Title text={t('place.title')} />
      <Photos draft={draft} replace={replace} />
      {gps.state === 'denied' && !isPlaced ? (
        <Note kind="warn" icon="locate" live>
          {t('place.denied')}
        </Note>
      ) : null}
      <PlaceSearch
        onPick={(at) => {
          setView({ lng: at.location[0], lat: at.location[1], zoom: 16.4 })
          setPlaced(true)
          setMistake('')
        }}
      />
      {view ? (
        <StreetMap
          view={view}
          label={t('place.mapLabel')}
          here={gps.state === 'found' ? gps : null}
          onView={(at) => {
            setView(at)
            setPlaced(true)
            setMistake('')
          }}
          onSettled={settle}
        >
          <span className="map-pin" aria-hidden="true">
            <svg viewBox="0 0 40 52" width="40" height="52" aria-hidden="true">
              <path
                d="M20 50C8 36 3 28 3 19a17 17 0 0 1 34 0c0 9-5 17-17 31Z"
                fill="var(--cy-brand)"
                stroke="var(--cy-raised)"
                strokeWidth="2.5"
              />
              <circle cx="20" cy="19" r="6" fill="var(--cy-on-brand)" />
            </svg>
          </span>
          <button type="button" className="button map-locate" onClick={() => locate(true)}>
            <Icon name="locate" />
            {t('place.locate')}
          </button>
        </StreetMap>
      ) : (
        <div className="map" />
      )}
      <p className="place-says" role="status">
        <Icon name="place" />
        <span>
          {gps.state === 'asking' && !isPlaced ? t('place.asking') : says}
          {isPlaced && gps.state === 'found' && gps.accuracyM > 50 ? (
            <small className="quiet"> {t('place.rough', { n: Math.round(gps.accuracyM) })}</small>
          ) : null}
        </span>
      </p>
      <div className="report-next">
        {mistake ? (
          <p className="mistake" role="alert">
            <Icon name="warn" />
            {mistake}
          </p>
        ) : null}
        <button type="button" className="button primary wide" onClick={() => void next()}>
          {t('place.next')}
        </button>
      </div>
    </div>
  )
}
