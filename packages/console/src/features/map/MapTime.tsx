import type { LayerView, MapArea } from '@chengyun/contract/geo'
import { useMemo } from 'react'
import type { SideOf } from './SplitBar.tsx'
import { type Choice, filterOf, type MapState } from './state.ts'
import { TimeBar } from './TimeBar.tsx'
import type { SetState } from './useMapState.ts'

export interface MapTimeProps {
  state: MapState
  set: SetState
  layers: readonly LayerView[]
  choices: readonly Choice[]
  area: MapArea | null
  side: SideOf
  playing: boolean
  busy: boolean
  onPlaying: (playing: boolean) => void
}

/** The time bar of the uppermost layer that knows times; of a parted map it moves the side that is chosen. */
export function MapTime({ state, set, layers, choices, area, side, playing, busy, onPlaying }: MapTimeProps) {
  const choice = choices.find((c) => layers.find((l) => l.id === c.id)?.times)
  const layer = layers.find((l) => l.id === choice?.id) ?? null
  const filter = useMemo(() => (choice ? filterOf(choice, null) : {}), [choice])
  const { split } = state
  const right = split?.by === 'time' && side === 'right' ? split : null
  return (
    <TimeBar
      layer={layer}
      filter={filter}
      area={area}
      at={right ? right.at : state.at}
      step={state.step}
      playing={playing}
      busy={busy}
      onAt={(at) => set(right ? { split: { ...right, at } } : { at })}
      onStep={(step) => set({ step })}
      onPlaying={onPlaying}
      onClose={() => set({ timeOpen: false, at: null })}
    />
  )
}
