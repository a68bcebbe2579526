import type { LayerView } from '@chengyun/contract/geo'
import { useTranslation } from 'react-i18next'
import { usePreferences } from '../../preferences.tsx'
import { AlarmCard } from './AlarmCard.tsx'
import { CaseCard } from './CaseCard.tsx'
import { DrawPanel } from './DrawPanel.tsx'
import { HitList } from './HitList.tsx'
import { ItemCard } from './ItemCard.tsx'
import { registerOf } from './itemData.ts'
import { PlaceCard } from './PlaceCard.tsx'
import type { Pointer } from './pointer.ts'
import { Side } from './Side.tsx'
import type { Choice, MapState } from './state.ts'
import type { useDraw } from './useDraw.ts'
import type { useSelection } from './useSelection.ts'

export interface MapSideProps {
  state: MapState
  layers: readonly LayerView[]
  choices: readonly Choice[]
  selection: ReturnType<typeof useSelection>
  draw: ReturnType<typeof useDraw>
  pointer: Pointer
}

/** What is read on the right: an object, what lies in one place, or what is being drawn. */
export function MapSide({ state, layers, choices, selection, draw, pointer }: MapSideProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const { pick, tool } = state
  if (pick) {
    const register = registerOf(pick.layer, layers)
    const name = layers.find((l) => l.id === pick.layer)?.name[language] ?? pick.layer
    return (
      <Side id={`${pick.layer}:${pick.key}`} title={name} onClose={selection.close}>
        {register ? (
          <ItemCard type={register} code={pick.key} onPlace={selection.onPlace} />
        ) : pick.layer === 'alarms' ? (
          <AlarmCard id={pick.key} onPlace={selection.onPlace} />
        ) : (
          <CaseCard id={pick.key} onPlace={selection.onPlace} />
        )}
      </Side>
    )
  }
  if (tool && draw.drawing)
    return (
      <Side id={tool} title={t(`onemap.tool.${tool}`)} onClose={() => draw.take(null)}>
        <DrawPanel
          tool={tool}
          drawing={draw.drawing}
          pointer={pointer}
          area={draw.area}
          layers={layers}
          choices={choices}
          at={state.at}
          onPick={selection.pick}
          onRadius={draw.radius}
          onUndo={draw.undo}
          onFinish={draw.finish}
          onClear={draw.clear}
        />
      </Side>
    )
  const { spot } = selection
  if (!spot) return null
  return (
    <Side id={spot.at.join(',')} title={t('onemap.here')} onClose={selection.close}>
      {spot.hits && spot.hits.length > 0 ? (
        <HitList hits={spot.hits} layers={layers} onPick={(h) => selection.pick(h.layer, h.key)} />
      ) : null}
      <PlaceCard at={spot.at} />
    </Side>
  )
}
