import type { RegridState } from '@chengyun/contract/geo'
import { Skeleton } from '@chengyun/ui'
import { topologyOf } from '@chengyun/ui/map/topology.ts'
import type { FeatureCollection } from 'geojson'
import { lazy, Suspense, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { QueryError } from '../../parts/states.tsx'
import type { useBaseMap } from '../../parts/useBaseMap.ts'
import { usePreferences } from '../../preferences.tsx'
import { useRegridState } from './api.ts'
import { type Area, type Bounds, boxOf, cellFeatures, crossed, holds, viewOf } from './draft.ts'
import { UnitPanel } from './UnitPanel.tsx'
import { type UnitDraft, useUnitDraft } from './useUnitDraft.ts'

const AreaStage = lazy(() => import('@chengyun/ui/map/AreaStage.tsx'))
type Base = ReturnType<typeof useBaseMap>

/** Unit grids of one community. */
export function UnitEditor({ community, base }: { community: string; base: Base }) {
  const state = useRegridState(community)
  if (state.isError) return <QueryError of={state} />
  if (!state.data) return <Skeleton lines={8} />
  // After applying, the table is laid anew: an old draft belongs to the old one.
  return <Drawing key={state.data.state} state={state.data} base={base} />
}

function Drawing({ state, base }: { state: RegridState; base: Base }) {
  const { t } = useTranslation()
  const { mode } = usePreferences()
  const draft = useUnitDraft(state)
  const home = useMemo(() => boxOf(state.cells.map((c) => c.geometry as Area)), [state])
  const [view, setView] = useState<{ bounds: Bounds } | null>(home && { bounds: home })
  useKeys(draft, () => {
    const first = draft.faults[0]
    if (first) setView(viewOf(first))
  })

  const areas = useMemo(() => cellFeatures(draft.cells, draft.chosen), [draft.cells, draft.chosen])
  const grips = useMemo(
    () => (draft.tool === 'border' ? topologyOf(draft.cells.map((c) => c.geometry as Area)) : null),
    [draft.tool, draft.cells]
  )
  const around = useMemo(
    (): FeatureCollection => ({
      type: 'FeatureCollection',
      features: state.around.map((a) => ({ type: 'Feature', properties: {}, geometry: a.geometry as Area }))
    }),
    [state]
  )
  const faults = useMemo(
    (): FeatureCollection => ({
      type: 'FeatureCollection',
      features: draft.faults.flatMap((f) =>
        f.geometry ? [{ type: 'Feature' as const, properties: { severity: f.severity }, geometry: f.geometry as Area }] : []
      )
    }),
    [draft.faults]
  )
  return (
    <div className="grids-work">
      <Suspense fallback={<Skeleton lines={8} />}>
        <AreaStage
          mode={mode}
          outlines={base.outlines}
          ground={base.ground}
          roads={base.roads}
          areas={areas}
          around={around}
          faults={faults}
          line={draft.line}
          grips={grips}
          view={view}
          cursor={draft.tool === 'split' ? 'crosshair' : 'default'}
          onPoint={(at, more) => {
            if (draft.tool === 'split') return draft.setLine([...draft.line, at])
            const cell = draft.cells.find((c) => holds(c.geometry as Area, at))
            if (cell) draft.toggle(cell.key, more)
            else draft.choose([])
          }}
          onDouble={() => draft.tool === 'split' && cut(draft)}
          onGrip={(grip, to) =>
            draft.step(grip.kind === 'corner' ? { op: 'move', from: grip.at, to } : { op: 'bend', between: [grip.a, grip.b], to })
          }
          onStraighten={(at) => draft.step({ op: 'straighten', at })}
          onMoved={base.see}
        />
      </Suspense>
      <UnitPanel state={state} draft={draft} onCut={() => cut(draft)} onFly={setView} title={t('grids.panel')} />
    </div>
  )
}

/** Cuts along the line: the one chosen grid, else the one the line runs through. */
function cut(draft: UnitDraft): void {
  // A double click set its point twice.
  const line = draft.line.filter((at, i) => i === 0 || at.join() !== draft.line[i - 1]?.join())
  if (line.length < 2) return
  const [only] = draft.chosen
  const cell = draft.chosen.size === 1 && only ? only : crossed(draft.cells, line)
  if (cell) draft.step({ op: 'split', cell, line })
  else draft.setLine([])
  draft.choose([])
}

/** Keys of the whole page; those of the map act on the map. Nothing while somebody types. */
function useKeys(draft: UnitDraft, onFault: () => void): void {
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      const target = e.target as HTMLElement
      if (target.closest('input, textarea, [role="combobox"], .ant-modal')) return
      const control = e.ctrlKey || e.metaKey
      const key = e.key.toLowerCase()
      const act =
        control && key === 'z'
          ? e.shiftKey
            ? draft.redo
            : draft.undo
          : control && key === 'y'
            ? draft.redo
            : control || e.altKey
              ? null
              : {
                  v: () => draft.setTool('select'),
                  c: () => draft.setTool('split'),
                  b: () => draft.setTool('border'),
                  g: draft.merge,
                  f: onFault,
                  x: () => cut(draft)
                }[key]
      if (e.key === 'Escape' && draft.line.length > 0) draft.setLine([])
      else if (e.key === 'Backspace' && draft.line.length > 0) draft.setLine(draft.line.slice(0, -1))
      else if (act) act()
      else return
      e.preventDefault()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  })
}
