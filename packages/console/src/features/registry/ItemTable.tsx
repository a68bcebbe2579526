import type { ItemView, TypeDetail } from '@chengyun/contract/registry'
import { EmptyState, Skeleton, VirtualList } from '@chengyun/ui'
import { Button } from 'antd'
import { useLayoutEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { QueryError } from '../../parts/states.tsx'
import { type ItemFilters, narrowing } from './address.ts'
import type { useItems } from './data.ts'
import { ItemLine } from './ItemLine.tsx'
import { columnsFor, tracksOf } from './layout.ts'
import { useFieldName } from './words.ts'

export interface ItemTableProps {
  register: TypeDetail
  list: ReturnType<typeof useItems>
  rows: readonly ItemView[]
  filters: ItemFilters
  current: number
  code: string | null
  marked: ReadonlySet<string>
  onOpen: (code: string) => void
  onMark: (code: string) => void
  onMarkAll: (all: boolean) => void
}

const ROW = 32
/** The mark before the first column, and the room at both ends. */
const ASIDE = 60
const offsets = new Map<string, number>()

/** The virtual list of a register: the columns of its declaration, as many as fit. */
export function ItemTable(props: ItemTableProps) {
  const { register, list, rows, filters, current, code, marked } = props
  const { t } = useTranslation()
  const fieldName = useFieldName()
  const [width, setWidth] = useState(640)
  const box = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const el = box.current
    if (!el) return
    const sizes = new ResizeObserver(() => setWidth(el.clientWidth))
    sizes.observe(el)
    return () => sizes.disconnect()
  }, [])
  const columns = columnsFor(register.declaration, width - ASIDE)
  const key = `${register.id} ${JSON.stringify(filters)}`
  return (
    <div className="reg-table" ref={box} style={{ '--reg-tracks': tracksOf(columns) } as React.CSSProperties}>
      <div className="reg-line reg-line-head">
        <input
          type="checkbox"
          aria-label={t('registry.markAll')}
          checked={rows.length > 0 && marked.size === rows.length}
          onChange={(e) => props.onMarkAll(e.target.checked)}
        />
        {columns.map((c) => (
          <span key={c.key} className={c.numeric ? 'numeric' : ''} title={fieldName(register.declaration, c.key)}>
            {fieldName(register.declaration, c.key)}
          </span>
        ))}
      </div>
      {list.isError && rows.length === 0 ? (
        <QueryError of={list} />
      ) : list.isPending ? (
        <Skeleton lines={14} />
      ) : rows.length === 0 && !list.isPlaceholderData ? (
        <Nothing register={register} filters={filters} />
      ) : (
        <div className={`reg-rows${list.isPlaceholderData ? ' waiting' : ''}`}>
          <VirtualList
            key={key}
            items={rows}
            rowHeight={ROW}
            keyOf={(row) => row.id}
            current={current}
            label={t('registry.list')}
            offset={offsets.get(key) ?? 0}
            onScroll={(offset) => offsets.set(key, offset)}
            onEnd={() => {
              if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage()
            }}
            render={(row) => (
              <ItemLine
                row={row}
                register={register}
                columns={columns}
                on={row.code === code}
                marked={marked.has(row.code)}
                onOpen={props.onOpen}
                onMark={props.onMark}
              />
            )}
          />
        </div>
      )}
    </div>
  )
}

function Nothing({ register, filters }: { register: TypeDetail; filters: ItemFilters }) {
  const { t } = useTranslation()
  if (narrowing(filters).length > 0)
    return (
      <EmptyState
        title={t('registry.noneFiltered')}
        hint={t('registry.noneFilteredHint')}
        action={
          <Link href={`/registers/list/${register.id}`}>
            <Button size="small">{t('registry.clearFilters')}</Button>
          </Link>
        }
      />
    )
  return (
    <EmptyState
      title={t('registry.noItems')}
      hint={t('registry.noItemsHint')}
      action={
        register.can.edit ? (
          <Link href={`/registers/new/${register.id}`}>
            <Button size="small" type="primary">
              {t('registry.add')}
            </Button>
          </Link>
        ) : undefined
      }
    />
  )
}
