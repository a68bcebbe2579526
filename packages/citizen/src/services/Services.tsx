import '../styles/services.css'
import type { PublicItem } from '@chengyun/contract/scenarios'
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { knownOptions, readOptions } from '../api/public.ts'
import { readLists, type ServiceList, useKnownLists } from '../api/services.ts'
import { currentLanguage, t } from '../i18n.ts'
import type { Mark } from '../map/draw.ts'
import type { View } from '../map/project.ts'
import { Failure, Title, Waiting } from '../parts/bits.tsx'
import { Icon } from '../parts/Icon.tsx'
import { startThere } from '../report/start.ts'
import { go } from '../router.tsx'
import { ServiceCard } from './ServiceCard.tsx'
import { useServiceList } from './useServiceList.ts'

// The list is what most people want, at once; the map comes when it is asked for.
const StreetMap = lazy(() => import('../map/StreetMap.tsx').then((m) => ({ default: m.StreetMap })))
const NEAR_ZOOM = 15.5
const CITY_ZOOM = 12.5

interface Here {
  lng: number
  lat: number
  accuracyM: number
}
const idOf = (list: Pick<ServiceList, 'pack' | 'key'>): string => `${list.pack}/${list.key}`

/** What the city lists for its citizens: the places of one list, nearest first, in words and on a map. */
export default function Services({ id }: { id: string }) {
  const lists = useKnownLists()
  const [error, setError] = useState<unknown>()
  const [round, setRound] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again on demand
  useEffect(() => {
    readLists().then(() => setError(undefined), setError)
  }, [round])
  if (lists === null)
    return (
      <div className="stack">
        <Title text={t('services.title')} />
        {error ? <Failure error={error} onRetry={() => setRound((n) => n + 1)} /> : <Waiting />}
      </div>
    )
  if (lists.length === 0)
    return (
      <div className="stack narrow">
        <Title text={t('services.title')} />
        <p>{t('services.none')}</p>
      </div>
    )
  return <Lists lists={lists} id={lists.some((l) => idOf(l) === id) ? id : idOf(lists[0]!)} />
}

function Lists({ lists, id }: { lists: readonly ServiceList[]; id: string }) {
  const language = currentLanguage()
  const [here, setHere] = useState<Here | null>(null)
  const [view, setView] = useState<View | null>(() => centerOf(knownOptions()))
  const [says, setSays] = useState('')
  const [isMap, setMap] = useState(() => matchMedia('(min-width: 60rem)').matches)
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState('')
  /** Where the map came to rest; null before anybody moved it. */
  const [rest, setRest] = useState<[number, number] | null>(null)
  /** Where the page itself led the map: the list stays as it is read. */
  const led = useRef<View | null>(view)
  const fitted = useRef('')
  const lead = useCallback((to: View) => {
    led.current = to
    setView(to)
  }, [])
  useEffect(() => {
    readOptions().then(
      (options) => {
        const center = centerOf(options)
        if (center && led.current === null) lead(center)
      },
      () => undefined
    )
  }, [lead])
  const from = useMemo((): [number, number] | null => (here ? [here.lng, here.lat] : rest), [here, rest])
  const { page, error, isMore, more, again } = useServiceList(id, from, text)
  const locate = () => {
    if (!navigator.geolocation) return setSays(t('services.denied'))
    setSays(t('place.asking'))
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setHere({ lng: coords.longitude, lat: coords.latitude, accuracyM: coords.accuracy })
        lead({ lng: coords.longitude, lat: coords.latitude, zoom: NEAR_ZOOM })
        setSays('')
      },
      () => setSays(t('services.denied')),
      { timeout: 12_000, maximumAge: 60_000 }
    )
  }
  // Who allowed it before is not asked again, and need not press anything.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page opens
  useEffect(() => {
    navigator.permissions?.query({ name: 'geolocation' }).then(
      (p) => p.state === 'granted' && locate(),
      () => undefined
    )
  }, [])
  const items = page?.items ?? []
  const marks: Mark[] = items.map((item) => ({
    lng: item.location[0],
    lat: item.location[1],
    shape: item.status.tone === 'ok' || item.status.tone === 'none' ? 'open' : 'ended',
    isChosen: item.code === chosen
  }))
  const settle = useCallback((now: View) => {
    if (now.lng !== led.current?.lng || now.lat !== led.current.lat) setRest([now.lng, now.lat])
  }, [])
  // A short list is shown whole, wherever in the city it lies.
  useEffect(() => {
    if (!page || page.next !== null || here || rest || fitted.current === id) return
    const whole = viewOf(page.items)
    if (!whole) return
    fitted.current = id
    lead(whole)
  }, [page, id, here, rest, lead])
  const show = (item: PublicItem) => {
    setChosen(item.code)
    setMap(true)
    lead({ lng: item.location[0], lat: item.location[1], zoom: 17 })
    document.getElementById('services-map')?.scrollIntoView({ block: 'nearest' })
  }
  return (
    <div className={`services${isMap ? ' with-map' : ''}`}>
      <div className="stack services-head">
        <Title text={t('services.title')} />
        <fieldset className="choices">
          <legend className="unseen">{t('services.which')}</legend>
          {lists.map((list) => (
            <label key={idOf(list)} className="choice">
              <input type="radio" name="list" checked={idOf(list) === id} onChange={() => go(`/services/${idOf(list)}`, true)} />
              {list.name[language]} <small>{list.count}</small>
            </label>
          ))}
        </fieldset>
        <div className="row services-ask">
          <label className="field services-find">
            <span className="unseen">{t('services.find')}</span>
            <input
              className="input"
              type="search"
              value={text}
              placeholder={t('services.find')}
              onChange={(e) => setText(e.target.value)}
            />
          </label>
          <button type="button" className="button" onClick={locate}>
            <Icon name="locate" />
            {t('place.locate')}
          </button>
          <button type="button" className="button" aria-pressed={isMap} onClick={() => setMap(!isMap)}>
            <Icon name="place" />
            {t(isMap ? 'services.mapOff' : 'services.mapOn')}
          </button>
        </div>
        <p className="quiet" role="status">
          {says || (page ? t(here ? 'services.nearest' : 'services.total', { n: page.total }) : t('state.loading'))}
        </p>
      </div>
      {isMap && view ? (
        <div id="services-map" className="services-map">
          <Suspense fallback={<div className="map" />}>
            <StreetMap
              view={view}
              marks={marks}
              here={here}
              label={t('services.mapLabel')}
              onView={setView}
              onSettled={settle}
              onMark={(index) => {
                const code = items[index]?.code ?? ''
                setChosen(code)
                document.getElementById(`place-${code}`)?.scrollIntoView({ block: 'nearest' })
              }}
            />
          </Suspense>
        </div>
      ) : null}
      <section className="stack services-list" aria-label={page?.name[language] ?? t('services.title')}>
        {error ? <Failure error={error} onRetry={again} /> : null}
        {page ? null : error ? null : <Waiting lines={8} />}
        {page && items.length === 0 ? <p>{t(text ? 'services.notFound' : 'services.empty')}</p> : null}
        {page ? (
          <ul className="places">
            {items.map((item) => (
              <ServiceCard
                key={item.code}
                item={item}
                page={page}
                isHere={here !== null}
                isChosen={item.code === chosen}
                onShow={() => show(item)}
                onReport={() => void startThere(item, page).then((draft) => go(`/report/${draft.id}`))}
              />
            ))}
          </ul>
        ) : null}
        {page?.next ? (
          <button type="button" className="button" disabled={isMore} onClick={more}>
            {t('services.more', { n: page.total - items.length })}
          </button>
        ) : null}
      </section>
    </div>
  )
}

/** A view that holds all of these places; null of none, and where they lie so far apart that the map would show no street. */
function viewOf(items: readonly PublicItem[]): View | null {
  if (items.length === 0) return null
  const [lngs, lats] = [items.map((i) => i.location[0]), items.map((i) => i.location[1])]
  const [w, e, s, n] = [Math.min(...lngs), Math.max(...lngs), Math.min(...lats), Math.max(...lats)]
  const wide = Math.max(e - w, (n - s) * 1.25, 0.004)
  const zoom = Math.min(NEAR_ZOOM, Math.log2((360 * MAP_PX) / (256 * wide)))
  return zoom < CITY_ZOOM ? null : { lng: (w + e) / 2, lat: (s + n) / 2, zoom }
}
/** As wide as the map is on a telephone, less its edges. */
const MAP_PX = 300

const centerOf = (options: { city: { center: readonly [number, number] } } | null): View | null =>
  options ? { lng: options.city.center[0], lat: options.city.center[1], zoom: CITY_ZOOM } : null
