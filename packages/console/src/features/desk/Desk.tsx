import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useLocation, useSearchParams } from 'wouter'
import { filtersOf } from '../../api/cases.ts'
import { ListWithMap } from '../../parts/ListWithMap.tsx'
import { useListKeys } from '../../parts/useListKeys.ts'
import { useShortcut } from '../../shell/shortcuts.ts'
import { BulkBar } from './BulkBar.tsx'
import { CaseList } from './CaseList.tsx'
import { CasePane } from './CasePane.tsx'
import { DeskMap } from './DeskMap.tsx'
import { FilterBar } from './FilterBar.tsx'
import { Queues } from './Queues.tsx'
import { useSteadyList } from './useSteadyList.ts'
import './desk.css'

/** The case desk: queues, list, case. Queue, filter, map and the open case live in the address. */
export default function Desk({ caseId }: { caseId: string | null }) {
  const [, navigate] = useLocation()
  const [params] = useSearchParams()
  const search = params.toString()
  const filters = useMemo(() => filtersOf(new URLSearchParams(search)), [search])
  const list = useSteadyList(filters)
  const { rows } = list
  const [dense, setDense] = useState(() => localStorage.getItem('chengyun.dense') === 'yes')
  const withMap = params.get('map') === 'on'
  const current = rows.findIndex((r) => r.row.id === caseId)
  const pane = useRef<HTMLDivElement>(null)

  const open = useCallback(
    (id: string | null, replace = true) => navigate(`/cases${id ? `/${id}` : ''}${search ? `?${search}` : ''}`, { replace }),
    [navigate, search]
  )
  const keys = useMemo(() => rows.map((r) => r.row.id), [rows])
  const { marked, setMarked, toggle } = useListKeys({ keys, open: caseId, onOpen: open, pane, marks: true })
  // biome-ignore lint/correctness/useExhaustiveDependencies: marks belong to one filter
  useEffect(() => setMarked(new Set()), [filters])

  const setParam = useCallback(
    (changes: Record<string, string | null>) => {
      const next = new URLSearchParams(search)
      for (const [key, value] of Object.entries(changes)) {
        if (value) next.set(key, value)
        else next.delete(key)
      }
      navigate(`/cases${caseId ? `/${caseId}` : ''}?${next}`)
    },
    [navigate, search, caseId]
  )
  /** After an act took a case out of this list: on to the one that stood below it. */
  const advance = (ids: readonly string[]) => {
    const next =
      rows.find((r, i) => i > current && !ids.includes(r.row.id)) ??
      rows.findLast((r, i) => i < current && !ids.includes(r.row.id))
    list.drop(ids)
    setMarked(new Set())
    if (caseId && ids.includes(caseId)) open(next?.row.id ?? null)
  }

  useShortcut('m', () => setParam({ map: withMap ? null : 'on' }))
  useShortcut('n', list.showNew)
  useShortcut('d', () => {
    localStorage.setItem('chengyun.dense', dense ? 'no' : 'yes')
    setDense(!dense)
  })

  const listPart = (
    <section className="desk-list">
      <FilterBar filters={filters} onChange={setParam} arrived={list.arrived} onShowNew={list.showNew} withMap={withMap} />
      <CaseList
        list={list}
        current={current}
        caseId={caseId}
        marked={marked}
        dense={dense}
        filters={filters}
        onOpen={(id) => open(id)}
        onMark={toggle}
      />
      <BulkBar
        rows={rows.map((r) => r.row).filter((r) => marked.has(r.id))}
        onClear={() => setMarked(new Set())}
        onDone={advance}
      />
    </section>
  )
  return (
    <div className="desk">
      <Queues filters={filters} onChoose={(query) => navigate(`/cases${query ? `?${query}` : ''}`)} />
      <ListWithMap
        id="desk"
        initial={560}
        max={980}
        list={listPart}
        map={
          withMap ? (
            <DeskMap
              rows={rows.map((r) => r.row)}
              caseId={caseId}
              onPick={(id) => open(id)}
              bbox={filters.bbox ?? null}
              onBox={(bbox) => setParam({ bbox })}
            />
          ) : null
        }
        card={
          <CasePane
            id={caseId}
            onMoved={(id, gone) => gone && advance([id])}
            onOpen={(id) => open(id, false)}
            inQueue={filters.queue !== undefined}
          />
        }
        pane={pane}
        onBack={caseId ? () => open(null) : null}
      />
    </div>
  )
}
