import type { GridCoverage } from '@chengyun/contract/field'
import { EmptyState, formatNumber, formatPercent, formatShort, useNow } from '@chengyun/ui'
import { Segmented, Select, Table } from 'antd'
import { useTranslation } from 'react-i18next'
import { useDivisions } from '../../api/reference.ts'
import { QueryError } from '../../parts/states.tsx'
import { useQueryParam } from '../../parts/useQueryParam.ts'
import { useGridCoverage } from './data.ts'

const KINDS = ['all', 'untouched', 'unmanned'] as const
type Kind = (typeof KINDS)[number]
const DISTRICT_LENGTH = 6

const isOf: Record<Kind, (g: GridCoverage) => boolean> = {
  all: () => true,
  untouched: (g) => g.visited === 0,
  unmanned: (g) => g.onShift.length === 0
}
const share = (g: GridCoverage): number => (g.cells === 0 ? 1 : g.visited / g.cells)

/** What of each duty grid somebody was in today; the least walked first. */
export function Coverage() {
  const { t } = useTranslation()
  const now = useNow(60)
  const found = useGridCoverage()
  const divisions = useDivisions().data ?? []
  const [params, set] = useQueryParam()
  const kind = KINDS.find((k) => k === params.get('show')) ?? 'all'
  const district = params.get('district')
  if (found.isError) return <QueryError of={found} />
  const here = (found.data?.items ?? []).filter((g) => district === null || g.streetCode.startsWith(district))
  const rows = here.filter(isOf[kind]).sort((a, b) => share(a) - share(b) || a.code.localeCompare(b.code))
  const cells = here.reduce((n, g) => n + g.cells, 0)
  const visited = here.reduce((n, g) => n + g.visited, 0)
  const nameOf = (code: string) => divisions.find((d) => d.code === code)?.name ?? code
  const districts = [...new Set((found.data?.items ?? []).map((g) => g.streetCode.slice(0, DISTRICT_LENGTH)))]
  return (
    <>
      <p className="coverage-sum">
        {found.data
          ? t('fieldAdmin.sum', {
              day: found.data.day,
              visited: formatNumber(visited),
              cells: formatNumber(cells),
              share: formatPercent(cells === 0 ? null : visited / cells)
            })
          : ''}
      </p>
      <div className="admin-tools">
        <Segmented<Kind>
          value={kind}
          onChange={(v) => set('show', v === 'all' ? null : v)}
          options={KINDS.map((value) => ({
            value,
            label: t(`fieldAdmin.show.${value}`, { n: formatNumber(here.filter(isOf[value]).length) })
          }))}
        />
        {districts.length > 1 ? (
          <Select
            allowClear
            value={district}
            placeholder={t('filter.district')}
            aria-label={t('filter.district')}
            style={{ width: 140 }}
            options={districts.map((value) => ({ value, label: nameOf(value) }))}
            onChange={(v: string | null) => set('district', v ?? null)}
          />
        ) : null}
      </div>
      <Table<GridCoverage>
        size="small"
        rowKey="code"
        loading={found.isPending}
        dataSource={rows}
        pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
        locale={{ emptyText: <EmptyState title={t(`fieldAdmin.noGrids.${kind}`)} /> }}
        columns={[
          { title: t('fieldAdmin.grid'), dataIndex: 'name', width: 260 },
          {
            title: t('fieldAdmin.street'),
            width: 220,
            render: (_, g) => `${nameOf(g.streetCode.slice(0, DISTRICT_LENGTH))} ${nameOf(g.streetCode)}`
          },
          {
            title: t('fieldAdmin.covered'),
            width: 280,
            render: (_, g) => (
              <span className="covered">
                <span className="covered-bar" aria-hidden="true">
                  <i style={{ width: `${Math.round(share(g) * 100)}%` }} />
                </span>
                {t('fieldAdmin.walked', {
                  visited: formatNumber(g.visited),
                  cells: formatNumber(g.cells),
                  share: formatPercent(g.cells === 0 ? null : share(g), 0)
                })}
              </span>
            )
          },
          {
            title: t('fieldAdmin.lastWalked'),
            width: 120,
            render: (_, g) => (g.lastAt ? formatShort(g.lastAt, now) : t('fieldAdmin.notToday'))
          },
          {
            title: t('fieldAdmin.people'),
            render: (_, g) =>
              g.onShift.length > 0 ? g.onShift.join('、') : <span className="admin-muted">{t('fieldAdmin.noOne')}</span>
          }
        ]}
      />
    </>
  )
}
