import type { TypeDetail } from '@chengyun/contract/registry'
import { Skeleton } from '@chengyun/ui'
import type { DataLayer } from '@chengyun/ui/map/overlay.ts'
import { onSurface } from '@chengyun/ui/map/palette.ts'
import type { Stage } from '@chengyun/ui/map/stage.ts'
import { Button } from 'antd'
import type { Feature } from 'geojson'
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLiveNamed } from '../../api/live.ts'
import { QueryError } from '../../parts/states.tsx'
import { useBaseMap } from '../../parts/useBaseMap.ts'
import { usePreferences } from '../../preferences.tsx'
import type { ItemFilters } from './address.ts'

const MapStage = lazy(() => import('@chengyun/ui/map/MapStage.tsx'))

export interface RegisterMapProps {
  register: TypeDetail
  filters: ItemFilters
  /** Where the item that is being read lies. */
  place: readonly [number, number] | null
  bbox: string | null
  onPick: (code: string) => void
  onBox: (bbox: string | null) => void
}

const NEAR = 16
const LIVE = ['registry.changed', 'registry.itemsChanged'] as const

/** The items of a register as its layer of tiles: counts far away, single items near. The box in view can become the filter. */
export function RegisterMap({ register, filters, place, bbox, onPick, onBox }: RegisterMapProps) {
  const { t } = useTranslation()
  const { mode, language } = usePreferences()
  const base = useBaseMap()
  const [view, setView] = useState<string | null>(null)
  const [failed, setFailed] = useState(false)
  const stage = useRef<Stage | null>(null)
  const id = `reg-${register.id}`
  const { class: kinds, status } = filters
  const { symbol } = register.declaration
  const names = useMemo(
    () => Object.fromEntries(register.classes.map((c) => [c.code, language === 'en' && c.nameEn ? c.nameEn : c.name])),
    [register.classes, language]
  )
  const layers = useMemo<DataLayer[]>(() => {
    const asked = new URLSearchParams({ ...(kinds ? { class: kinds } : {}), ...(status ? { status } : {}) }).toString()
    return [
      {
        id,
        tiles: `${location.origin}/tiles/${id}/{z}/{x}/{y}.mvt${asked ? `?${asked}` : ''}`,
        minzoom: 0,
        maxzoom: 17,
        draw: 'points',
        opacity: 1,
        shape: symbol.shape,
        color: onSurface(mode, symbol.color),
        paint: null,
        labels: 1,
        names,
        strong: false,
        total: register.total
      }
    ]
  }, [id, kinds, status, symbol, mode, names, register.total])
  const lng = place?.[0]
  const lat = place?.[1]
  const marks = useMemo<Feature[]>(
    () =>
      lng === undefined || lat === undefined
        ? []
        : [{ type: 'Feature', properties: { role: 'mark' }, geometry: { type: 'Point', coordinates: [lng, lat] } }],
    [lng, lat]
  )
  useEffect(() => {
    if (lng === undefined || lat === undefined || !stage.current) return
    const { map } = stage.current
    if (!map.getBounds().contains([lng, lat])) map.easeTo({ center: [lng, lat], duration: 160 })
  }, [lng, lat])
  useLiveNamed(LIVE, (told) => {
    if (told['typeId'] === register.id) stage.current?.refresh([id])
  })
  const keep = useCallback((made: Stage | null) => {
    stage.current = made
  }, [])
  if (base.fault) return <QueryError of={{ error: base.fault, refetch: base.again }} />
  if (base.pending) return <Skeleton lines={4} />
  return (
    <div className="reg-map">
      <Suspense fallback={<Skeleton lines={4} />}>
        <MapStage
          label={t('registry.mapOf')}
          mode={mode}
          outlines={base.outlines}
          ground={base.ground}
          roads={base.roads}
          grids={base.grids}
          camera={lng !== undefined && lat !== undefined ? { center: [lng, lat], zoom: NEAR, bearing: 0, pitch: 0 } : null}
          layers={layers}
          marks={marks}
          onStage={keep}
          onTileError={() => setFailed(true)}
          onBusy={() => setFailed(false)}
          onRest={(camera, box) => {
            base.see(box, camera.zoom)
            setView(box.map((v) => v.toFixed(5)).join(','))
          }}
          onClick={(at, hit) => {
            const picked = hit?.properties['code']
            if (typeof picked === 'string') onPick(picked)
            else if (hit) stage.current?.map.easeTo({ center: at, zoom: stage.current.camera.zoom + 2, duration: 160 })
          }}
        />
      </Suspense>
      {failed ? <p className="reg-map-note">{t('registry.tilesLate')}</p> : null}
      <div className="reg-map-acts">
        {bbox ? (
          <Button size="small" onClick={() => onBox(null)}>
            {t('registry.anywhere')}
          </Button>
        ) : null}
        {view && view !== bbox ? (
          <Button size="small" onClick={() => onBox(view)}>
            {t('registry.listInView')}
          </Button>
        ) : null}
      </div>
    </div>
  )
}
