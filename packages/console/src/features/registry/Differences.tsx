import type { DiffKind } from '@chengyun/contract/registry'
import { type MapPoint, Skeleton } from '@chengyun/ui'
import { Segmented } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CityMap } from '../../parts/CityMap.tsx'
import { LoadMore, QueryError } from '../../parts/states.tsx'
import { usePreferences } from '../../preferences.tsx'
import type { BatchPartProps } from './BatchPage.tsx'
import { useDifferences } from './batches.ts'
import { FieldChanges } from './FieldChanges.tsx'
import { className } from './value.ts'

export interface DifferencesProps extends BatchPartProps {
  /** A number of the tables that was opened; null: all. */
  chosen: { kind: DiffKind; class?: string; street?: string } | null
  kinds: readonly DiffKind[]
}

const ZOOM = 16

/** The rows behind a number of the comparison, with what changes and where. */
export function Differences({ batch, register, chosen, kinds }: DifferencesProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const [kind, setKind] = useState<DiffKind | null>(chosen?.kind ?? kinds[0] ?? null)
  const [code, setCode] = useState<string | null>(null)
  const within = { ...(chosen?.class ? { class: chosen.class } : {}), ...(chosen?.street ? { street: chosen.street } : {}) }
  const found = useDifferences(batch.id, kind ?? 'added', within, kind !== null)
  const rows = useMemo(() => found.data?.pages.flatMap((p) => p.items) ?? [], [found.data])
  const points = useMemo(
    () =>
      rows.flatMap((r): MapPoint[] => {
        const at = r.after ?? r.before
        return at ? [{ id: r.code, location: at, lamp: r.kind === 'removed' ? 'done' : r.kind === 'added' ? 'ok' : 'soon' }] : []
      }),
    [rows]
  )
  const selected = points.find((p) => p.id === code) ?? null
  const focus = useMemo(() => (selected ? { center: selected.location, zoom: ZOOM } : null), [selected])
  if (kind === null) return null
  return (
    <section>
      <h2>{t('registry.differences')}</h2>
      <Segmented
        size="small"
        value={kind}
        aria-label={t('registry.differences')}
        options={kinds.map((value) => ({ value, label: t(`registry.diff.${value}`) }))}
        onChange={setKind}
      />
      <div className="reg-findings">
        <div className="reg-findings-list">
          {found.isError ? <QueryError of={found} /> : null}
          {found.isPending ? <Skeleton lines={5} /> : null}
          <ul>
            {rows.map((r) => (
              <li key={r.code}>
                <button type="button" className={r.code === code ? 'on' : ''} onClick={() => setCode(r.code)}>
                  <b>{t(`registry.diff.${r.kind}`)}</b>
                  <code>{r.code}</code>
                  <small>
                    {[
                      r.class ? className(register, r.class, language) : '',
                      r.name,
                      r.movedM === null ? '' : t('registry.movedBy', { m: r.movedM.toFixed(1) })
                    ]
                      .filter(Boolean)
                      .join(' · ')}
                  </small>
                </button>
                {r.code === code && r.fields.length > 0 ? <FieldChanges register={register} fields={r.fields} /> : null}
              </li>
            ))}
          </ul>
          <LoadMore list={found} />
        </div>
        <CityMap
          points={points}
          selected={selected}
          {...(focus ? { focus } : {})}
          note={t('registry.onMap', { count: points.length })}
          onPick={setCode}
        />
      </div>
    </section>
  )
}
