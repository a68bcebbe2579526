import '../styles/report.css'
import type { PublicMap } from '@chengyun/contract/public'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { knownOptions, readMap, readOptions } from '../api/public.ts'
import { t } from '../i18n.ts'
import type { Mark } from '../map/draw.ts'
import { metresBetween, type View } from '../map/project.ts'
import { StreetMap } from '../map/StreetMap.tsx'
import { Failure, Title } from '../parts/bits.tsx'
import { Progress } from '../parts/CaseLine.tsx'
import { Icon } from '../parts/Icon.tsx'
import { sayAgo, sayDistance } from '../parts/words.ts'
import { Link } from '../router.tsx'

type Item = PublicMap['items'][number]
const DAYS = [7, 30, 90] as const
const SHOWN = 30
const shapes = { done: 'done', notTaken: 'ended', merged: 'ended' } as const
const shapeOf = (item: Item): Mark['shape'] => shapes[item.progress as keyof typeof shapes] ?? 'open'

/** Public reports of the window on a map, and the same as a list beside it, nearest first. */
export default function Nearby() {
  const [view, setView] = useState<View | null>(null)
  const [bounds, setBounds] = useState<readonly number[] | null>(null)
  const [days, setDays] = useState<number>(30)
  const [found, setFound] = useState<PublicMap | null>(null)
  const [error, setError] = useState<unknown>()
  const [chosen, setChosen] = useState('')
  const [here, setHere] = useState<{ lng: number; lat: number; accuracyM: number } | null>(null)
  const [says, setSays] = useState('')

  useEffect(() => {
    const center = (options: { city: { center: readonly [number, number] } } | null) => {
      if (options) setView((now) => now ?? { lng: options.city.center[0], lat: options.city.center[1], zoom: 14 })
    }
    center(knownOptions())
    readOptions().then(center, setError)
  }, [])
  useEffect(() => {
    if (!bounds) return
    const abort = new AbortController()
    readMap(bounds, days, abort.signal).then(
      (answer) => {
        setFound(answer)
        setError(undefined)
      },
      (reason: unknown) => abort.signal.aborted || setError(reason)
    )
    return () => abort.abort()
  }, [bounds, days])
  const settle = useCallback((_: View, box: [number, number, number, number]) => setBounds(box), [])
  const locate = () =>
    navigator.geolocation?.getCurrentPosition(
      ({ coords }) => {
        setHere({ lng: coords.longitude, lat: coords.latitude, accuracyM: coords.accuracy })
        setView({ lng: coords.longitude, lat: coords.latitude, zoom: 16 })
      },
      () => setSays(t('near.denied')),
      { timeout: 12_000, maximumAge: 60_000 }
    )
  const items = useMemo(() => {
    if (!found || !view) return []
    const from: [number, number] = here ? [here.lng, here.lat] : [view.lng, view.lat]
    return found.items
      .map((item) => ({ item, away: metresBetween(from, item.location as [number, number]) }))
      .sort((a, b) => a.away - b.away)
  }, [found, here, view])
  const marks = useMemo<Mark[]>(
    () =>
      items.map(({ item }) => ({
        lng: item.location[0],
        lat: item.location[1],
        shape: shapeOf(item),
        isChosen: item.caseNo === chosen
      })),
    [items, chosen]
  )
  const total = found ? (found.more ? t('near.more', { n: found.total }) : t('near.total', { n: found.total })) : ''
  return (
    <div className="nearby">
      <div className="stack">
        <Title text={t('near.title')} />
        <div className="row between">
          <fieldset className="choices">
            <legend className="unseen">{t('near.since')}</legend>
            {DAYS.map((n) => (
              <label key={n} className="choice">
                <input type="radio" name="days" checked={days === n} onChange={() => setDays(n)} />
                {t('near.days', { n })}
              </label>
            ))}
          </fieldset>
          <button type="button" className="button" onClick={locate}>
            <Icon name="locate" />
            {t('place.locate')}
          </button>
        </div>
        {view ? (
          <StreetMap
            view={view}
            marks={marks}
            here={here}
            label={t('near.mapLabel')}
            onView={setView}
            onSettled={settle}
            onMark={(index) => {
              const no = items[index]?.item.caseNo ?? ''
              setChosen(no)
              document.getElementById(`near-${no}`)?.scrollIntoView({ block: 'nearest' })
            }}
          />
        ) : (
          <div className="map" />
        )}
        <ul className="legend">
          {(['open', 'done', 'ended'] as const).map((shape) => (
            <li key={shape}>
              <i data-shape={shape} aria-hidden="true" />
              {t(`near.${shape}`)}
            </li>
          ))}
        </ul>
      </div>
      <section className="stack" aria-labelledby="near-list">
        <h2 id="near-list">{t('near.list')}</h2>
        <p className="quiet" role="status">
          {says || total}
        </p>
        {error ? <Failure error={error} onRetry={() => setBounds((b) => (b ? [...b] : b))} /> : null}
        <ul className="lines">
          {items.slice(0, SHOWN).map(({ item, away }) => (
            <li key={item.caseNo} id={`near-${item.caseNo}`} data-chosen={item.caseNo === chosen}>
              <Link className="line" to={`/r/${item.caseNo}`}>
                <span className="line-words">
                  <b>{item.className ?? t('case.unclassed')}</b>
                  <span className="line-state">
                    <Progress progress={item.progress} /> {sayAgo(item.reportedAt)}
                    {here ? ` · ${sayDistance(away)}` : ''}
                    {item.rounded ? ` · ${t('near.rounded')}` : ''}
                  </span>
                </span>
                <Icon name="next" />
              </Link>
            </li>
          ))}
        </ul>
        {found && found.items.length === 0 ? <p>{t('near.empty')}</p> : null}
      </section>
    </div>
  )
}
