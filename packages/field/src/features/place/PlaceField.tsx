import type { Address } from '@chengyun/contract/geo'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import { usePosition } from '../../app/position.ts'
import { useWork } from '../../app/work.ts'
import { FieldMapView } from '../../map/FieldMapView.tsx'
import { nearestRoad } from '../../map/nearest.ts'
import { distanceM, type Place } from '../../map/project.ts'
import { Act, Note } from '../../parts/Screen.tsx'
import { type PartsOnMap, pickUnder } from '../../register/onMap.ts'
import { PlaceSheet } from './PlaceSheet.tsx'
import './place.css'

/** Where it is: the fix of the phone, corrected on the map within the limit; without a fix a place is chosen on the map. */
export function PlaceField(props: {
  place: Place | null
  fix: Place | null
  accuracyM: number | null
  limitM: number
  onPlace: (place: Place) => void
  onRefix: () => void
  onAddress: (address: string) => void
  /** Components round the place, as dots; a tap chooses one. */
  parts?: PartsOnMap | undefined
}) {
  const { t } = useTranslation()
  const { pack, line } = useWork()
  const here = usePosition()
  const [open, setOpen] = useState(false)
  const [address, setAddress] = useState<string | null>(null)
  const { place, fix, onAddress } = props
  const [lng, lat] = place ?? [null, null]

  // biome-ignore lint/correctness/useExhaustiveDependencies: the parent's function is new with every drawing
  useEffect(() => {
    setAddress(null)
    onAddress('')
    if (lng === null || !line.online) return
    const stop = new AbortController()
    api<Address>(`/geo/reverse?lng=${lng}&lat=${lat}`, { signal: stop.signal }).then(
      (found) => {
        setAddress(found.text)
        onAddress(found.text)
      },
      () => undefined
    )
    return () => stop.abort()
  }, [lng, lat, line.online])

  const road = place ? nearestRoad(pack?.map ?? null, place) : null
  const off = place && fix ? Math.round(distanceM(fix, place)) : 0
  const movedAway = fix && here.place ? distanceM(fix, here.place) > props.limitM : false
  return (
    <section className="f-part">
      <h2>
        {t('place.title')}
        {props.accuracyM !== null && fix ? <b>{t('place.accuracy', { m: props.accuracyM })}</b> : null}
      </h2>
      {place ? (
        <div className="f-place-map">
          <FieldMapView
            key={place.join()}
            label={t('place.map')}
            base={pack?.map ?? null}
            look={[place]}
            parts={props.parts?.list}
            part={props.parts?.chosen}
            onTap={props.parts && ((p, pxPerM) => pickUnder(props.parts as PartsOnMap, p, pxPerM))}
            marks={[
              { kind: 'task', place },
              ...(fix ? [{ kind: 'me' as const, place: fix, accuracyM: props.accuracyM ?? 0 }] : [])
            ]}
          />
        </div>
      ) : (
        <Note kind={here.problem === 'denied' ? 'bad' : 'calm'}>
          {t(here.problem === 'denied' ? 'place.denied' : here.problem === 'none' ? 'place.noFix' : 'place.searching')}
        </Note>
      )}
      <p className="f-place-address">
        {place ? (address ?? (road ? t('place.near', { road }) : t('place.noAddress'))) : null}
        {off > 0 ? <small>{t('place.corrected', { m: off })}</small> : null}
      </p>
      {movedAway ? <Note>{t('place.movedAway', { m: props.limitM })}</Note> : null}
      <div className="f-acts">
        <Act icon="place" onClick={() => setOpen(true)}>
          {t(place ? 'place.correct' : 'place.choose')}
        </Act>
        {fix && here.place ? (
          <Act icon="aim" onClick={props.onRefix}>
            {t('place.again')}
          </Act>
        ) : null}
      </div>
      {open ? <PlaceSheet {...props} onClose={() => setOpen(false)} /> : null}
    </section>
  )
}
