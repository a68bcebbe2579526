import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useWork } from '../../app/work.ts'
import { FieldMapView } from '../../map/FieldMapView.tsx'
import { distanceM, type Place, within } from '../../map/project.ts'
import { Act, Foot } from '../../parts/Screen.tsx'
import { Sheet } from '../../parts/Sheet.tsx'
import { type PartsOnMap, pickUnder } from '../../register/onMap.ts'

/** The place set by hand: the map is drawn under a pin that goes no further from the fix than the limit, and says so. */
export function PlaceSheet(props: {
  place: Place | null
  fix: Place | null
  accuracyM: number | null
  limitM: number
  onPlace: (place: Place) => void
  onClose: () => void
  parts?: PartsOnMap | undefined
}) {
  const { t } = useTranslation()
  const { pack } = useWork()
  const { fix, limitM } = props
  const [aim, setAim] = useState<Place | null>(props.place)
  const [tooFar, setTooFar] = useState(false)
  const hold = (p: Place): Place => {
    const held = fix ? within(fix, p, limitM) : p
    setTooFar(fix !== null && distanceM(fix, p) > limitM)
    setAim(held)
    return held
  }
  const off = fix && aim ? Math.round(distanceM(fix, aim)) : null
  return (
    <Sheet
      title={t(fix ? 'place.correct' : 'place.choose')}
      tall
      onClose={props.onClose}
      foot={
        <Foot>
          <Act
            kind="primary"
            disabled={aim === null}
            onClick={() => {
              if (aim) props.onPlace(aim)
              props.onClose()
            }}
          >
            {off === null ? t('place.take') : t('place.takeOff', { m: off })}
          </Act>
        </Foot>
      }
    >
      <div className="f-place-sheet">
        {tooFar ? (
          <p className="f-place-too-far" role="alert">
            {t('place.tooFar', { m: limitM })}
          </p>
        ) : (
          <p>
            {fix ? t('place.hint', { m: limitM }) : t('place.hintNoFix')}
            {props.parts ? ` ${t('place.dots')}` : null}
          </p>
        )}
        <FieldMapView
          label={t('place.map')}
          base={pack?.map ?? null}
          look={props.place ? [props.place] : []}
          onAim={hold}
          parts={props.parts?.list}
          part={props.parts?.chosen}
          onTap={
            props.parts &&
            ((p, pxPerM) => {
              if (pickUnder(props.parts as PartsOnMap, p, pxPerM)) props.onClose()
            })
          }
          me={fix}
          limit={fix ? { place: fix, radiusM: limitM } : undefined}
          marks={fix ? [{ kind: 'me', place: fix, accuracyM: props.accuracyM ?? 0 }] : []}
        />
      </div>
    </Sheet>
  )
}
