import { Skeleton } from '@chengyun/ui'
import { useCallback, useEffect, useMemo, useRef } from 'react'
import { useLocation, useSearchParams } from 'wouter'
import { useLiveNamed } from '../../api/live.ts'
import { ListWithMap } from '../../parts/ListWithMap.tsx'
import { QueryError } from '../../parts/states.tsx'
import { useListKeys } from '../../parts/useListKeys.ts'
import { useShortcut } from '../../shell/shortcuts.ts'
import { filtersOf, listAddress, narrowing } from './address.ts'
import { BulkBar } from './BulkBar.tsx'
import { useItems, useRegister } from './data.ts'
import { ItemFilters } from './ItemFilters.tsx'
import { ItemPane } from './ItemPane.tsx'
import { ItemTable } from './ItemTable.tsx'
import { RegisterMap } from './RegisterMap.tsx'
import { useFresh } from './useFresh.ts'

const LIVE = ['registry.changed', 'registry.itemsChanged', 'registry.typeChanged'] as const

/** A register: its list, its map, the card of an item. Filter, map and the open item live in the address. */
export default function ItemDesk({ type, code }: { type: string; code: string | null }) {
  const [, navigate] = useLocation()
  const [params] = useSearchParams()
  const search = params.toString()
  const filters = useMemo(() => filtersOf(new URLSearchParams(search)), [search])
  const register = useRegister(type)
  const list = useItems(type, filters)
  const rows = useMemo(() => list.data?.pages.flatMap((p) => p.items) ?? [], [list.data])
  const withMap = params.get('map') === 'on'
  const current = rows.findIndex((r) => r.code === code)
  const pane = useRef<HTMLDivElement>(null)
  const fresh = useFresh()
  useLiveNamed(LIVE, (told) => {
    if (told['typeId'] === type) fresh()
  })

  const open = useCallback(
    (next: string | null) => navigate(listAddress(type, next, search), { replace: true }),
    [navigate, type, search]
  )
  const keys = useMemo(() => rows.map((r) => r.code), [rows])
  const { marked, setMarked, toggle } = useListKeys({ keys, open: code, onOpen: open, pane, marks: true })
  // biome-ignore lint/correctness/useExhaustiveDependencies: marks belong to one filter
  useEffect(() => setMarked(new Set()), [filters])

  const setParam = useCallback(
    (changes: Record<string, string | null>) => {
      const next = new URLSearchParams(search)
      for (const [key, value] of Object.entries(changes)) {
        if (value) next.set(key, value)
        else next.delete(key)
      }
      navigate(listAddress(type, code, next.toString()))
    },
    [navigate, type, code, search]
  )
  useShortcut('m', () => setParam({ map: withMap ? null : 'on' }))
  useShortcut('n', () => register.data?.can.edit && navigate(`/registers/new/${type}`))

  if (register.isError) return <QueryError of={register} />
  if (register.isPending) return <Skeleton lines={14} />
  // Without a filter the register knows the number of what the reader reaches to the last one.
  const listed = list.data?.pages[0]?.total ?? null
  const total = typeof listed === 'object' && listed !== null && narrowing(filters).length === 0 ? register.data.total : listed
  const table = (
    <section className="reg-list">
      <ItemFilters register={register.data} filters={filters} total={total} withMap={withMap} onChange={setParam} />
      <ItemTable
        register={register.data}
        list={list}
        rows={rows}
        filters={filters}
        current={current}
        code={code}
        marked={marked}
        onOpen={open}
        onMark={toggle}
        onMarkAll={(all) => setMarked(all ? new Set(rows.map((r) => r.code)) : new Set())}
      />
      <BulkBar
        register={register.data}
        codes={[...marked]}
        filters={filters}
        total={total}
        whole={rows.length > 0 && marked.size === rows.length}
        onClear={() => setMarked(new Set())}
      />
    </section>
  )
  const place = rows[current]?.place ?? null
  return (
    <ListWithMap
      id="registry"
      initial={720}
      max={1100}
      list={table}
      map={
        withMap ? (
          <RegisterMap
            register={register.data}
            filters={filters}
            place={place}
            bbox={filters['bbox'] ?? null}
            onPick={open}
            onBox={(bbox) => setParam({ bbox })}
          />
        ) : null
      }
      card={<ItemPane register={register.data} code={code} onOpen={open} />}
      pane={pane}
      onBack={code ? () => open(null) : null}
    />
  )
}
