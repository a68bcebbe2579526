import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePosition } from '../app/position.ts'
import { useWork } from '../app/work.ts'
import { FieldMapView } from '../map/FieldMapView.tsx'
import { distanceM, type Place } from '../map/project.ts'
import { Choices } from '../parts/Choices.tsx'
import { Act, Empty, Foot, Note } from '../parts/Screen.tsx'
import { Sheet } from '../parts/Sheet.tsx'
import { ComponentLine } from './ComponentLine.tsx'
import { FINGER_PX } from './onMap.ts'
import { type Component, nearOf, underFinger } from './register.ts'
import { useRegister, useWithServer } from './useRegister.ts'

/** The components around here, as a list by distance or as dots on the map. From the data on this phone. */
export function ComponentSheet(props: {
  at: Place | null
  classCode: string | null
  chosen: string
  onPick: (component: Component) => void
  onClose: () => void
}) {
  const { t } = useTranslation()
  const { pack } = useWork()
  const { place: me, accuracyM } = usePosition()
  const { list: kept, isPart, find } = useRegister()
  const [view, setView] = useState<'list' | 'map'>('list')
  const [tapped, setTapped] = useState<Component | null>(() => find(props.chosen))
  const [lng, lat] = props.at ?? me ?? [null, null]
  const at = useMemo<Place | null>(() => (lng === null || lat === null ? null : [lng, lat]), [lng, lat])
  const list = useWithServer(kept, isPart ? at : null)
  const near = at ? nearOf(list, at, props.classCode) : []
  return (
    <Sheet
      title={t('register.title')}
      tall
      onClose={props.onClose}
      foot={
        view === 'map' ? (
          <Foot>
            <Act kind="primary" disabled={tapped === null} onClick={() => tapped && props.onPick(tapped)}>
              {t('register.this')}
            </Act>
          </Foot>
        ) : null
      }
    >
      <div className="f-comp-sheet" data-view={view}>
        <div className="f-pad f-comp-views">
          <Choices
            label={t('register.view')}
            value={view}
            options={[
              { value: 'list', label: t('register.list') },
              { value: 'map', label: t('register.map') }
            ]}
            onChange={setView}
          />
        </div>
        {isPart ? <p className="f-comp-part">{t('register.isPart', { n: kept.length })}</p> : null}
        {view === 'list' ? (
          <NearList near={near} at={at} isEmpty={list.length === 0} chosen={props.chosen} onPick={props.onPick} />
        ) : (
          <div className="f-comp-map">
            <FieldMapView
              label={t('register.mapLabel')}
              base={pack?.map ?? null}
              look={at ? [at] : near.slice(0, 1).map((n) => n.item.place)}
              closePxPerM={2.2}
              me={me}
              parts={list}
              part={tapped?.code}
              marks={me ? [{ kind: 'me', place: me, accuracyM }] : []}
              onTap={(p, pxPerM) => {
                const found = underFinger(list, p, FINGER_PX / pxPerM)
                if (found) setTapped(found)
              }}
            />
            <div className="f-comp-tapped" role="status">
              {tapped ? (
                <ComponentLine item={tapped} m={at ? distanceM(at, tapped.place) : null} />
              ) : (
                <p className="f-soft">{t('register.tap')}</p>
              )}
            </div>
          </div>
        )}
      </div>
    </Sheet>
  )
}

function NearList(props: {
  near: ReturnType<typeof nearOf>
  at: Place | null
  isEmpty: boolean
  chosen: string
  onPick: (component: Component) => void
}) {
  const { t } = useTranslation()
  if (props.isEmpty) return <Empty icon="part" title={t('register.empty')} hint={t('register.emptyHint')} />
  if (!props.at)
    return (
      <div className="f-pad">
        <Note kind="calm">{t('register.noFix')}</Note>
      </div>
    )
  if (props.near.length === 0) return <Empty icon="part" title={t('register.noneNear')} hint={t('register.noneNearHint')} />
  return (
    <ul>
      {props.near.map(({ item, m }) => (
        <li key={item.code}>
          <button type="button" className="f-row" aria-pressed={item.code === props.chosen} onClick={() => props.onPick(item)}>
            <ComponentLine item={item} m={m} />
          </button>
        </li>
      ))}
    </ul>
  )
}
