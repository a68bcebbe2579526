import { FINDING_KINDS, type FindingKind } from '@chengyun/contract/registry'
import { EmptyState, formatNumber, type MapPoint, Skeleton } from '@chengyun/ui'
import { Segmented } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CityMap } from '../../parts/CityMap.tsx'
import { LoadMore, QueryError } from '../../parts/states.tsx'
import { usePreferences } from '../../preferences.tsx'
import type { BatchPartProps } from './BatchPage.tsx'
import { useFindings } from './batches.ts'
import { className } from './value.ts'

const LAMPS: Record<FindingKind, MapPoint['lamp']> = {
  duplicate: 'late',
  sameCode: 'late',
  wrongGrid: 'soon',
  outside: 'soon',
  missing: 'paused'
}

const ZOOM = 17

/** What the check found in the rows, on the list and on the map at once. */
export function Findings({ batch, register }: BatchPartProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const [kind, setKind] = useState<FindingKind | null>(null)
  const [chosen, setChosen] = useState<string | null>(null)
  const counts = batch.quality?.findings ?? {}
  const all = FINDING_KINDS.reduce((n, k) => n + (counts[k] ?? 0), 0)
  const found = useFindings(batch.id, kind, all > 0)
  const rows = useMemo(() => found.data?.pages.flatMap((p) => p.items) ?? [], [found.data])
  const points = useMemo(
    () => rows.flatMap((f): MapPoint[] => (f.place ? [{ id: String(f.seq), location: f.place, lamp: LAMPS[f.kind] }] : [])),
    [rows]
  )
  const selected = points.find((p) => p.id === chosen) ?? null
  const focus = useMemo(() => (selected ? { center: selected.location, zoom: ZOOM } : null), [selected])
  return (
    <section>
      <h2>
        {t('registry.findings')} <b>{formatNumber(all)}</b>
      </h2>
      {all === 0 ? (
        <EmptyState title={t('registry.noFindings')} />
      ) : (
        <>
          <Segmented
            size="small"
            value={kind ?? 'all'}
            aria-label={t('registry.findings')}
            options={[
              { value: 'all', label: t('registry.kind.all') },
              ...FINDING_KINDS.filter((k) => (counts[k] ?? 0) > 0).map((value) => ({
                value: value as string,
                label: `${t(`registry.finding.${value}`)} ${formatNumber(counts[value] ?? 0)}`
              }))
            ]}
            onChange={(value) => {
              setKind(value === 'all' ? null : (value as FindingKind))
              setChosen(null)
            }}
          />
          <div className="reg-findings">
            <div className="reg-findings-list">
              {found.isError ? <QueryError of={found} /> : null}
              {found.isPending ? <Skeleton lines={6} /> : null}
              <ul>
                {rows.map((f) => (
                  <li key={f.seq}>
                    <button
                      type="button"
                      className={String(f.seq) === chosen ? 'on' : ''}
                      onClick={() => setChosen(String(f.seq))}
                    >
                      <b>{t(`registry.finding.${f.kind}`)}</b>
                      <code>{f.code}</code>
                      <small>
                        {f.class ? `${className(register, f.class, language)} · ` : ''}
                        {f.text[language]}
                      </small>
                    </button>
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
              onPick={setChosen}
            />
          </div>
        </>
      )}
    </section>
  )
}
