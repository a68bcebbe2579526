import type { Located, PlaceCandidate } from '@chengyun/contract/geo'
import type { MapPoint } from '@chengyun/ui'
import { useQuery } from '@tanstack/react-query'
import { AutoComplete, Input } from 'antd'
import { useDeferredValue, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addressOf, locate, searchPlaces } from '../../api/reference.ts'
import { CityMap } from '../../parts/CityMap.tsx'

export interface PlacePickerProps {
  point: [number, number] | null
  /** Where the report begins, when something else has already said so. */
  start?: [number, number] | null
  onPoint: (point: [number, number], located: Located | null, address: string | null) => void
}

/** The place of a report: found by name or pointed at on the map; says at once in whose grid it lies. */
export function PlacePicker({ point, start = null, onPoint }: PlacePickerProps) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const [focus, setFocus] = useState<{ center: [number, number]; zoom: number } | null>(start && { center: start, zoom: 16 })
  const [where, setWhere] = useState<string | null>(null)
  const sought = useDeferredValue(text.trim())
  const places = useQuery({
    queryKey: ['places', sought],
    queryFn: ({ signal }) => searchPlaces(sought, signal),
    enabled: sought.length > 0,
    staleTime: 60_000
  })
  const selected = useMemo<MapPoint | null>(() => (point ? { id: 'here', location: point, lamp: 'ok' } : null), [point])

  const take = async (at: [number, number], address: string | null) => {
    setWhere(null)
    try {
      const found = await locate(at)
      setWhere(
        t('report.inGrid', { place: [found.districtName, found.streetName, found.communityName].join(' '), grid: found.gridCode })
      )
      onPoint(at, found, address ?? (await addressOf(at)).text)
    } catch (e) {
      setWhere((e as Error).message)
      onPoint(at, null, address)
    }
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: taken once, when the page opens
  useEffect(() => {
    if (start) void take(start, null)
  }, [])
  const choose = (p: PlaceCandidate) => {
    setText(p.name)
    setFocus({ center: p.position, zoom: 15 })
    // A community's address names only its street.
    void take(p.position, p.address.includes(p.name) ? p.address : `${p.address}${p.name}`)
  }
  return (
    <section className="report-place">
      <div className="report-search">
        <AutoComplete
          value={text}
          options={(places.data ?? []).map((p) => ({ value: p.id, label: `${p.name} · ${p.address}`, place: p }))}
          onSearch={setText}
          onSelect={(_, option) => choose((option as unknown as { place: PlaceCandidate }).place)}
          notFoundContent={sought && !places.isFetching ? t('report.noPlace') : null}
          style={{ width: '100%' }}
        >
          <Input placeholder={t('report.searchPlace')} allowClear />
        </AutoComplete>
      </div>
      <CityMap selected={selected} onGround={(at) => void take(at, null)} {...(focus ? { focus } : {})} />
      <p className="report-where" aria-live="polite">
        {where ?? t(point ? 'report.locating' : 'report.pointHint')}
      </p>
    </section>
  )
}
