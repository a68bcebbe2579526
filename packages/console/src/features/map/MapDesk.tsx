import type { LayerView } from '@chengyun/contract/geo'
import { drawingFeatures } from '@chengyun/ui/map/draw.ts'
import type { Camera, Stage } from '@chengyun/ui/map/stage.ts'
import type { Feature } from 'geojson'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'wouter'
import type { useBaseMap } from '../../parts/useBaseMap.ts'
import { usePreferences } from '../../preferences.tsx'
import { FindBox } from './FindBox.tsx'
import Ground from './Ground.tsx'
import { Hover } from './Hover.tsx'
import { Legend } from './Legend.tsx'
import { LiveMarks } from './LiveMarks.tsx'
import { MapPanel } from './MapPanel.tsx'
import { MapSide } from './MapSide.tsx'
import { MapTime } from './MapTime.tsx'
import { Notices } from './Notices.tsx'
import { Pointer } from './pointer.ts'
import { Rail } from './Rail.tsx'
import { railOf } from './rail.ts'
import { type SideOf, SplitBar } from './SplitBar.tsx'
import { StatusBar } from './StatusBar.tsx'
import { stateTo } from './state.ts'
import { useDraw } from './useDraw.ts'
import { missingOf, useChoices, useDressed, useMajors } from './useDressed.ts'
import { useLiveTiles } from './useLiveTiles.ts'
import { useMapKeys } from './useMapKeys.ts'
import { useMapState } from './useMapState.ts'
import { useSelection } from './useSelection.ts'
import { useStageView } from './useStageView.ts'
import { useStates } from './useStates.ts'

export interface MapDeskProps {
  layers: LayerView[]
  base: ReturnType<typeof useBaseMap>
}

/** The map with its tools around it; what it shows stands in the address. */
export function MapDesk({ layers, base }: MapDeskProps) {
  const { t } = useTranslation()
  const { mode } = usePreferences()
  const [params, setParams] = useSearchParams()
  const [state, set] = useMapState()
  const choices = useChoices(layers, state)
  const majors = useMajors(layers)
  const dressed = useDressed(layers, choices, state, majors)
  const [stages, setStages] = useState<Stage[]>([])
  const stage = stages[0] ?? null
  const [pointer] = useState(() => new Pointer())
  const [busy, setBusy] = useState(false)
  const [broken, setBroken] = useState<string | null>(null)
  const [aiming, setAiming] = useState(false)
  const [playing, setPlaying] = useState(false)
  const [side, setSide] = useState<SideOf>('left')
  const [opened] = useState<Camera | null>(state.view)
  const find = useRef<HTMLInputElement>(null)
  const draw = useDraw(state, set)
  const selection = useSelection(state, set, layers, choices, stage)
  const pitchable = choices.some((c) => c.draw === 'columns')
  useLiveTiles(stages, layers)
  const stateOf = useStates(stages, layers, choices, state)
  useStageView(stage, state.view, pitchable)

  const toggleSplit = () =>
    set({ split: state.split ? null : { by: 'time', at: null, place: 0.5 }, timeOpen: !state.split || state.timeOpen })
  const toggleTime = () => set(state.timeOpen ? { timeOpen: false, at: null } : { timeOpen: true })
  const home = () => stage?.fit(base.outlines)
  const play = () => setPlaying(!playing)
  useEffect(() => {
    if (!state.timeOpen) setPlaying(false)
  }, [state.timeOpen])
  useMapKeys({
    stage,
    state,
    set,
    drawing: draw.drawing,
    pitchable,
    onAim: () => setAiming(true),
    onFind: () => find.current?.select(),
    onHome: home,
    onTake: draw.take,
    onPoint: draw.point,
    onFinish: draw.finish,
    onUndo: draw.undo,
    onClear: draw.clear,
    onAsk: (at) =>
      void selection.ask(
        at,
        state.at,
        choices.map((c) => c.id)
      ),
    onClose: () => {
      const open = state.pick !== null || (selection.spot !== null && !state.tool)
      if (open) selection.close()
      return open
    },
    onSplit: toggleSplit,
    onPlay: play,
    onLayers: () => {
      set({ panel: state.panel === 'layers' ? null : 'layers' })
    }
  })

  const others = useMemo<Feature[]>(
    () =>
      selection.ring
        ? [{ type: 'Feature', properties: { role: 'mark' }, geometry: { type: 'Point', coordinates: selection.ring } }]
        : [],
    [selection.ring]
  )
  const marks = useMemo(() => [...(draw.drawing ? drawingFeatures(draw.drawing, null) : []), ...others], [draw.drawing, others])
  const momentOf = (right: boolean) => (right && state.split?.by === 'time' ? state.split.at : state.at)
  const noted = state.paint === 'status' && choices.some((c) => layers.find((l) => l.id === c.id)?.times)
  const rail = railOf({ state, set, take: draw.take, toggleSplit, toggleTime })
  return (
    <div className={`om${aiming ? ' aiming' : ''}`} onPointerDownCapture={() => setAiming(false)}>
      <h1 className="cy-visually-hidden">{t('onemap.map')}</h1>
      <Rail groups={rail} />
      <div className="om-left">
        <FindBox box={find} onGoal={(goal) => selection.goTo(goal.at, goal.pick)} />
        <MapPanel
          state={state}
          set={set}
          layers={layers}
          choices={choices}
          majors={majors}
          stages={stages}
          legend={dressed.legend}
          query={() => stateTo({ ...state, view: stage?.camera ?? state.view }, new URLSearchParams(params)).toString()}
          onOpen={(query) => setParams(new URLSearchParams(query))}
        />
      </div>
      <div className="om-main">
        <Ground
          mode={mode}
          base={base}
          camera={opened}
          layers={dressed.left}
          other={dressed.right}
          marks={marks}
          drawing={draw.drawing !== null}
          place={state.split?.place ?? 0.5}
          onPlace={(place) => state.split && set({ split: { ...state.split, place } })}
          onStages={setStages}
          onRest={(view) => set({ view })}
          onClick={(at, hit, right) => {
            if (draw.drawing) draw.point(at)
            else selection.click(at, hit, momentOf(right))
          }}
          onDouble={draw.finish}
          onPointer={(at, hit, screen) => pointer.set(at && screen ? { at, hit, screen } : null)}
          onBusy={setBusy}
          onTileError={setBroken}
        />
        <LiveMarks stages={stages} drawing={draw.drawing} others={others} pointer={pointer} />
        {draw.drawing ? null : <Hover pointer={pointer} layers={layers} stateOf={stateOf} />}
        <i className="om-aim" aria-hidden="true" />
        {state.split ? (
          <SplitBar
            split={state.split}
            layers={layers}
            at={state.at}
            side={side}
            onSide={setSide}
            onSplit={(split) => set({ split })}
          />
        ) : null}
        <Notices
          layers={layers}
          choices={choices}
          missing={missingOf(state, layers)}
          broken={broken}
          onRetry={() => {
            setBroken(null)
            for (const s of stages) s.refresh(choices.map((c) => c.id))
          }}
        />
        {state.legend ? (
          <Legend groups={dressed.legend} note={noted ? t('onemap.statusNote') : null} onClose={() => set({ legend: false })} />
        ) : null}
        <StatusBar
          view={state.view}
          pointer={pointer}
          busy={busy}
          onZoom={(by) => stage?.map.zoomTo(stage.camera.zoom + by, { duration: 160 })}
          onHome={home}
          onNorth={
            state.view && (state.view.bearing !== 0 || state.view.pitch !== 0)
              ? () => stage?.map.jumpTo({ bearing: 0, pitch: 0 })
              : null
          }
        />
      </div>
      <MapSide state={state} layers={layers} choices={choices} selection={selection} draw={draw} pointer={pointer} />
      {state.timeOpen ? (
        <MapTime
          state={state}
          set={set}
          layers={layers}
          choices={choices}
          area={draw.area}
          side={side}
          playing={playing}
          busy={busy}
          onPlaying={setPlaying}
        />
      ) : null}
    </div>
  )
}
