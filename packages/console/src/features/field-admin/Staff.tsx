import type { StaffView } from '@chengyun/contract/field'
import { EmptyState, formatPercent, formatShort, formatTime, type MapPoint, Skeleton, useNow } from '@chengyun/ui'
import { useQuery } from '@tanstack/react-query'
import { Input, Segmented, Table } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addressOf } from '../../api/reference.ts'
import { CityMap } from '../../parts/CityMap.tsx'
import { QueryError } from '../../parts/states.tsx'
import { useStaff } from './data.ts'
import { attentionOf, lampOf, needsLook, viewOf } from './presence.ts'
import { useWords } from './words.ts'

/** Zoom at which single streets can be told. */
const NEAR = 14

/** Who is on shift now: since when, where last, how much was walked, and who needs a call. */
export function Staff() {
  const { t } = useTranslation()
  const now = useNow(15)
  const staff = useStaff()
  const [q, setQ] = useState('')
  const [only, setOnly] = useState<'all' | 'look'>('all')
  const [chosen, setChosen] = useState<string | null>(null)
  const { gridText, attentionText, driftText } = useWords()
  const items = staff.data?.items
  const all = items ?? []
  const looked = all.filter((s) => needsLook(s, now))
  const sought = q.trim()
  const rows = (only === 'all' ? all : looked).filter((s) =>
    `${s.name}${s.unitName ?? ''}${s.dutyGridNames.join('')}`.includes(sought)
  )
  const person = all.find((s) => s.userId === chosen) ?? null
  const points = useMemo(
    () =>
      (items ?? []).flatMap<MapPoint>((s) =>
        s.lastPlace ? [{ id: s.userId, location: s.lastPlace, lamp: lampOf(s, now) }] : []
      ),
    [items, now]
  )
  const selected = points.find((p) => p.id === chosen) ?? null
  // On opening where people are, then whoever is chosen; later places of the same people move nothing.
  const at = selected?.location
  const peopled = points.length > 0
  // biome-ignore lint/correctness/useExhaustiveDependencies: the view follows the choice, not the people
  const focus = useMemo(() => (at ? { center: at, zoom: NEAR } : viewOf(points)), [chosen, peopled])
  if (staff.isError) return <QueryError of={staff} />
  return (
    <div className="beside-map">
      <section>
        <div className="admin-tools">
          <Segmented<'all' | 'look'>
            value={only}
            onChange={setOnly}
            options={[
              { value: 'all', label: t('fieldAdmin.onShift', { n: all.length }) },
              { value: 'look', label: t('fieldAdmin.look', { n: looked.length }) }
            ]}
          />
          <Input
            allowClear
            value={q}
            placeholder={t('fieldAdmin.search')}
            aria-label={t('fieldAdmin.search')}
            style={{ width: 200 }}
            onChange={(e) => setQ(e.target.value)}
          />
          <span className="admin-muted">{staff.data ? t('fieldAdmin.asOf', { at: formatTime(staff.data.asOf, true) }) : ''}</span>
        </div>
        <Table<StaffView>
          size="small"
          rowKey="userId"
          loading={staff.isPending}
          dataSource={rows}
          pagination={false}
          rowClassName={(s) => (s.userId === chosen ? 'chosen' : '')}
          onRow={(s) => ({ onClick: () => setChosen(s.userId), style: { cursor: 'pointer' } })}
          locale={{
            emptyText:
              all.length === 0 ? (
                <EmptyState title={t('fieldAdmin.nobody')} hint={t('fieldAdmin.nobodyHint')} />
              ) : (
                <EmptyState title={t('fieldAdmin.noHit')} />
              )
          }}
          columns={[
            {
              title: t('account.name'),
              width: 150,
              render: (_, s) => (
                <>
                  <button type="button" className="row-name" onClick={() => setChosen(s.userId)}>
                    {s.name}
                  </button>
                  <small className="sub">{s.unitName ?? '–'}</small>
                </>
              )
            },
            {
              title: t('fieldAdmin.grid'),
              render: (_, s) => (
                <>
                  {gridText(s.dutyGridNames)}
                  <small className="sub">
                    {s.cells > 0
                      ? t('fieldAdmin.walked', {
                          visited: s.visited,
                          cells: s.cells,
                          share: formatPercent(s.visited / s.cells, 0)
                        })
                      : t('fieldAdmin.noGrid')}
                  </small>
                </>
              )
            },
            {
              title: t('fieldAdmin.since'),
              width: 120,
              render: (_, s) => (
                <>
                  {formatShort(s.since, now)}
                  {s.startedOutside ? <small className="sub">{t('fieldAdmin.startedOutside')}</small> : null}
                </>
              )
            },
            {
              title: t('fieldAdmin.lastSeen'),
              width: 150,
              render: (_, s) => (
                <>
                  {s.lastAt ? formatShort(s.lastAt, now) : t('fieldAdmin.noPlace')}
                  {s.sentAt ? <small className="sub">{t('fieldAdmin.sentAt', { at: formatShort(s.sentAt, now) })}</small> : null}
                </>
              )
            },
            {
              title: t('fieldAdmin.attention'),
              width: 170,
              render: (_, s) => {
                const found = attentionOf(s, now)
                return found.length === 0 ? (
                  <span className="admin-muted">{t('fieldAdmin.fine')}</span>
                ) : (
                  found.map((a) => (
                    <span key={a} className={`mark ${a}`}>
                      {a === 'drift' ? driftText(s.driftMs ?? 0) : attentionText(a, s)}
                    </span>
                  ))
                )
              }
            }
          ]}
        />
      </section>
      <aside>
        {staff.isPending ? (
          <Skeleton lines={6} />
        ) : (
          <CityMap
            points={points}
            selected={selected}
            {...(focus && { focus })}
            note={t('fieldAdmin.mapNote')}
            onPick={setChosen}
          />
        )}
        {person ? <Where of={person} /> : null}
      </aside>
    </div>
  )
}

/** Where somebody was last, by the name of the street. */
function Where({ of }: { of: StaffView }) {
  const { t } = useTranslation()
  const now = useNow(15)
  const { lastPlace } = of
  const address = useQuery({
    queryKey: ['address', lastPlace],
    enabled: lastPlace !== null,
    staleTime: 600_000,
    queryFn: () => addressOf(lastPlace ?? [0, 0])
  })
  return (
    <p className="where" aria-live="polite">
      <b>{of.name}</b> {lastPlace ? (address.data?.text ?? '') : t('fieldAdmin.noPlace')}
      <time>{formatShort(of.lastAt ?? of.since, now)}</time>
    </p>
  )
}
