import type { DutyGrid } from '@chengyun/contract/geo'
import { Skeleton } from '@chengyun/ui'
import { KIND_COLORS, kindColor } from '@chengyun/ui/map/palette.ts'
import { Button } from 'antd'
import type { FeatureCollection } from 'geojson'
import { lazy, Suspense, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../api/session.ts'
import type { useBaseMap } from '../../parts/useBaseMap.ts'
import { usePreferences } from '../../preferences.tsx'
import { useDutyGrids, useMembers, useStreetGrids } from './api.ts'
import { Collectors } from './Collectors.tsx'
import { DutyForm, type Told } from './DutyForm.tsx'
import { type Area, type Bounds, boxOf, holds } from './draft.ts'
import { dutyFaults, dutyFeatures, nextCode } from './duty.ts'

const AreaStage = lazy(() => import('@chengyun/ui/map/AreaStage.tsx'))
const NOBODY: ReadonlySet<string> = new Set()
const NONE: FeatureCollection = { type: 'FeatureCollection', features: [] }

/** Duty grids of one street: a list, the unit grids on the map, a click gives one to the chosen duty grid or takes it away. */
export function DutyEditor({ street, base }: { street: string; base: ReturnType<typeof useBaseMap> }) {
  const { t } = useTranslation()
  const { mode } = usePreferences()
  const grids = useDutyGrids(street)
  const [open, setOpen] = useState<string | 'new' | null>(null)
  const outline = base.outlines.find((o) => o.code === street)
  const bounds = outline ? boxOf([outline.geometry as Area]) : null
  const cells = useStreetGrids(street, bounds?.join(',') ?? null)
  const members = useMembers(open === 'new' ? null : open)
  const [drawn, setDrawn] = useState<ReadonlySet<string> | null>(null)
  const saved = useMemo(() => new Set(open === 'new' ? [] : (members.data ?? [])), [open, members.data])
  const chosen = open === null ? NOBODY : (drawn ?? saved)
  const colors = useMemo(
    () => new Map((grids.data ?? []).map((g, i) => [g.code, kindColor(mode, i % KIND_COLORS)])),
    [grids.data, mode]
  )
  const areas = useMemo(() => dutyFeatures(cells.data, chosen, (code) => colors.get(code)), [cells.data, chosen, colors])
  const may = useMay()
  const [told, setTold] = useState<Told | null>(null)
  const faults = useMemo(() => (told ? dutyFaults(cells.data, told) : NONE), [cells.data, told])
  const [view, setView] = useState<{ bounds: Bounds } | null>(bounds && { bounds })
  const pick = (next: string | 'new' | null) => {
    setOpen(next)
    setDrawn(null)
    setTold(null)
  }
  const toggle = (code: string) => {
    if (open === null || !may('geo:config')) return
    const next = new Set(chosen)
    if (!next.delete(code)) next.add(code)
    setDrawn(next)
  }
  const free = (cells.data?.features ?? []).filter((f) => !f.properties?.['dutyGridCode']).length
  const current: Pick<DutyGrid, 'code' | 'name' | 'shift'> | undefined =
    open === 'new'
      ? { code: nextCode(street, grids.data ?? []), name: '', shift: grids.data?.[0]?.shift ?? t('grids.allDay') }
      : grids.data?.find((g) => g.code === open)
  return (
    <div className="grids-work">
      <Suspense fallback={<Skeleton lines={8} />}>
        <AreaStage
          mode={mode}
          outlines={base.outlines}
          ground={base.ground}
          roads={base.roads}
          areas={areas}
          around={NONE}
          faults={faults}
          line={[]}
          grips={null}
          view={view}
          cursor="default"
          onPoint={(at) => {
            const cell = cells.data?.features.find((f) => holds(f.geometry as Area, at))
            if (cell) toggle(String(cell.properties?.['code']))
          }}
          onGrip={() => undefined}
          onStraighten={() => undefined}
          onMoved={base.see}
        />
      </Suspense>
      <aside className="grids-panel" aria-label={t('grids.duty')}>
        <h1>{outline?.name}</h1>
        <p className="grids-sub">
          {t('grids.dutyCount', { count: grids.data?.length ?? 0 })}
          {free > 0 ? ` · ${t('grids.dutyFree', { count: free })}` : ''}
        </p>
        {current && may('geo:config') ? (
          <DutyForm
            key={current.code}
            grid={current}
            isNew={open === 'new'}
            chosen={chosen}
            isChanged={drawn !== null}
            loading={open !== 'new' && members.isPending}
            saved={saved.size}
            onToggle={toggle}
            onTold={setTold}
            onClose={() => pick(null)}
          />
        ) : current ? (
          <div className="grids-form">
            <h2 translate="no">{current.name}</h2>
            <p className="grids-sub">
              <span className="num">{current.code}</span> · <span translate="no">{current.shift}</span> ·{' '}
              {t('grids.count', { count: saved.size })}
            </p>
            <Collectors code={current.code} />
            <footer>
              <Button onClick={() => pick(null)}>{t('grids.back')}</Button>
            </footer>
          </div>
        ) : (
          <>
            <p className="grids-hint">{t(may('geo:config') ? 'grids.dutyHint' : 'grids.dutyHintPosts')}</p>
            {may('geo:config') ? (
              <button type="button" className="grids-new" onClick={() => pick('new')}>
                {t('grids.dutyNew')}
              </button>
            ) : null}
            <ul className="grids-duties">
              {(grids.data ?? []).map((grid) => (
                <li key={grid.code}>
                  <button
                    type="button"
                    onClick={() => {
                      pick(grid.code)
                      setView({
                        bounds: [
                          grid.centroid[0] - 0.006,
                          grid.centroid[1] - 0.004,
                          grid.centroid[0] + 0.006,
                          grid.centroid[1] + 0.004
                        ]
                      })
                    }}
                  >
                    <i style={{ background: colors.get(grid.code) }} aria-hidden="true" />
                    <b>{grid.name}</b>
                    <span>{grid.shift}</span>
                    <span className="num">{t('grids.count', { count: grid.gridCount })}</span>
                  </button>
                </li>
              ))}
            </ul>
          </>
        )}
      </aside>
    </div>
  )
}
