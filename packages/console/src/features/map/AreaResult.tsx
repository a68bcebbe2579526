import type { LayerView, MapArea } from '@chengyun/contract/geo'
import { formatNumber, Skeleton } from '@chengyun/ui'
import { App, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type AreaFeatures, areaFeatures, useAreaCounts } from '../../api/map.ts'
import { QueryError } from '../../parts/states.tsx'
import { usePreferences } from '../../preferences.tsx'
import { save } from './save.ts'
import { type Choice, filterOf } from './state.ts'

export interface AreaResultProps {
  area: MapArea
  layers: readonly LayerView[]
  choices: readonly Choice[]
  at: string | null
  onPick: (layer: string, key: string) => void
}

const LISTED = 200
/** Kinds shown at first. */
const FIRST = 8

/** What lies in an area, layer by layer: how many of each kind and state, the objects themselves, and the file. */
export function AreaResult({ area, layers, choices, at, onPick }: AreaResultProps) {
  const { t } = useTranslation()
  const asked = choices.flatMap((c) => {
    const view = layers.find((l) => l.id === c.id)
    return view ? [{ view, filter: filterOf(c, view.times ? at : null) }] : []
  })
  const counts = useAreaCounts(
    asked.map((a) => ({ layer: a.view.id, filter: a.filter })),
    area
  )
  if (asked.length === 0) return <p className="om-hint">{t('onemap.areaNoLayer')}</p>
  return (
    <div className="om-results">
      {asked.map(({ view, filter }, i) => {
        const found = counts[i]
        if (found?.isError) return <QueryError key={view.id} of={found} />
        if (!found?.data) return <Skeleton key={view.id} lines={4} />
        return <LayerResult key={view.id} view={view} filter={filter} area={area} counts={found.data} onPick={onPick} />
      })}
    </div>
  )
}

interface LayerResultProps {
  view: LayerView
  filter: ReturnType<typeof filterOf>
  area: MapArea
  counts: { total: number; byClass: LayerView['classes']; byStatus: LayerView['statuses'] }
  onPick: (layer: string, key: string) => void
}

function LayerResult({ view, filter, area, counts, onPick }: LayerResultProps) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const { language } = usePreferences()
  const [rows, setRows] = useState<AreaFeatures | null>(null)
  const [busy, setBusy] = useState(false)
  const [all, setAll] = useState(false)
  const fetched = async (use: (features: AreaFeatures) => void) => {
    setBusy(true)
    try {
      use(await areaFeatures(view.id, filter, area))
    } catch (e) {
      void message.error((e as Error).message)
    } finally {
      setBusy(false)
    }
  }
  const download = () =>
    void fetched((features) => {
      save(new Blob([JSON.stringify(features)], { type: 'application/geo+json' }), `${view.id}.geojson`)
      if (features.truncated) void message.warning(t('onemap.truncated', { count: formatNumber(features.features.length) }))
    })
  const kinds = counts.byClass.filter((c) => c.count > 0).toSorted((a, b) => b.count - a.count)
  const top = Math.max(1, kinds[0]?.count ?? 0)
  return (
    <section>
      <h3>
        {view.name[language]} <b>{formatNumber(counts.total)}</b>
      </h3>
      {counts.byStatus.length > 1 ? (
        <p className="om-bystatus">
          {counts.byStatus
            .filter((s) => s.count > 0)
            .map((s) => `${s.name[language]} ${formatNumber(s.count)}`)
            .join(' · ')}
        </p>
      ) : null}
      <ol className="om-bars">
        {(all ? kinds : kinds.slice(0, FIRST)).map((c) => (
          <li key={c.code}>
            <span>{c.name[language]}</span>
            <i aria-hidden="true">
              <i style={{ width: `${(c.count / top) * 100}%` }} />
            </i>
            <b>{formatNumber(c.count)}</b>
          </li>
        ))}
      </ol>
      {kinds.length > FIRST ? (
        <button type="button" className="om-text" onClick={() => setAll(!all)}>
          {t(all ? 'onemap.fewerClasses' : 'onemap.moreClasses', { count: kinds.length })}
        </button>
      ) : null}
      {counts.total > 0 ? (
        <div className="om-draw-acts">
          <Button size="small" loading={busy} onClick={() => (rows ? setRows(null) : void fetched(setRows))}>
            {t(rows ? 'onemap.hideList' : 'onemap.list')}
          </Button>
          <Button size="small" disabled={busy} onClick={download}>
            {t('onemap.geojson')}
          </Button>
        </div>
      ) : (
        <p className="om-hint">{t('onemap.areaNone')}</p>
      )}
      {rows ? (
        <ul className="om-hits">
          {rows.features.slice(0, LISTED).map((f) => {
            const p = (f.properties ?? {}) as Record<string, unknown>
            const key = String(p[view.key] ?? '')
            const kind = view.classes.find((c) => c.code === p['class'])?.name[language] ?? String(p['class'] ?? '')
            return (
              <li key={key}>
                <button type="button" onClick={() => onPick(view.id, key)}>
                  <span>
                    {String(p['name'] ?? kind)}
                    <small>{key}</small>
                  </span>
                </button>
              </li>
            )
          })}
          {rows.features.length > LISTED ? (
            <li>{t('onemap.listMore', { count: formatNumber(rows.features.length - LISTED) })}</li>
          ) : null}
        </ul>
      ) : null}
    </section>
  )
}
