import { EmptyState, Skeleton } from '@chengyun/ui'
import { Segmented, Select } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation, useSearch } from 'wouter'
import { useDivisions } from '../../api/reference.ts'
import { useMay } from '../../api/session.ts'
import { QueryError } from '../../parts/states.tsx'
import { useBaseMap } from '../../parts/useBaseMap.ts'
import { DutyEditor } from './DutyEditor.tsx'
import { UnitEditor } from './UnitEditor.tsx'
import './grids.css'

/** Where grids are drawn: unit grids community by community, duty grids street by street. The address says which. */
export default function GridsPage() {
  const { t } = useTranslation()
  const divisions = useDivisions()
  const base = useBaseMap()
  const [path, go] = useLocation()
  const search = new URLSearchParams(useSearch())
  const mayDraw = useMay()('geo:config')
  const kind = search.get('kind') === 'duty' || !mayDraw ? 'duty' : 'unit'
  const code = search.get('code') ?? ''
  const show = (next: { kind?: string; code?: string }) =>
    go(`${path}?${new URLSearchParams({ kind: next.kind ?? kind, code: next.code ?? code })}`)

  const names = useMemo(() => new Map((divisions.data ?? []).map((d) => [d.code, d.name])), [divisions.data])
  const level = kind === 'unit' ? 'community' : 'street'
  const options = useMemo(
    () =>
      (divisions.data ?? [])
        .filter((d) => d.level === level && d.gridCount > 0)
        .map((d) => ({
          value: d.code,
          label: [names.get(d.code.slice(0, 6)), level === 'community' ? names.get(d.code.slice(0, 9)) : null, d.name]
            .filter(Boolean)
            .join(' · '),
          code: d.code
        })),
    [divisions.data, names, level]
  )
  if (divisions.isError) return <QueryError of={divisions} />
  if (divisions.isPending || base.pending) return <Skeleton lines={10} />
  const length = kind === 'unit' ? 12 : 9
  const chosen = code.slice(0, length)
  const isThere = chosen.length === length && names.has(chosen)
  return (
    <div className="grids">
      <header className="grids-bar">
        {mayDraw ? (
          <Segmented
            value={kind}
            onChange={(next) => show({ kind: next })}
            options={[
              { value: 'unit', label: t('grids.unit') },
              { value: 'duty', label: t('grids.duty') }
            ]}
          />
        ) : null}
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          aria-label={t(`grids.pick.${level}`)}
          placeholder={t(`grids.pick.${level}`)}
          value={isThere ? chosen : null}
          onChange={(next: string) => show({ code: next })}
          options={options}
          className="grids-pick"
          popupMatchSelectWidth={420}
        />
        <p>{t(`grids.about.${kind}`)}</p>
      </header>
      {!isThere ? (
        <EmptyState title={t(`grids.pick.${level}`)} hint={t('grids.pickHint')} />
      ) : kind === 'unit' ? (
        <UnitEditor key={chosen} community={chosen} base={base} />
      ) : (
        <DutyEditor key={chosen} street={chosen} base={base} />
      )}
    </div>
  )
}
