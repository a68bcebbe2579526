import type { HotlineSystemView } from '@chengyun/contract/public'
import { EmptyState, formatNumber } from '@chengyun/ui'
import { Button, Drawer, Table } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { QueryError } from '../../parts/states.tsx'
import { useHotlines } from './data.ts'
import { Once } from './Once.tsx'
import { SystemCard } from './SystemCard.tsx'

/** The hotlines there are, and what waits for each; every figure opens its messages. */
export function HotlineSystems() {
  const { t } = useTranslation()
  const systems = useHotlines()
  const [open, setOpen] = useState<HotlineSystemView | 'new' | null>(null)
  const [made, setMade] = useState<HotlineSystemView | null>(null)
  const rows = systems.data?.items ?? []
  const shown = open !== null && open !== 'new' ? (rows.find((s) => s.id === open.id) ?? open) : null
  if (systems.isError) return <QueryError of={systems} />
  const door = (s: HotlineSystemView, state: 'waiting' | 'dead') =>
    s[state] === 0 ? (
      '0'
    ) : (
      <Link
        href={`/admin/hotline/messages?state=${state}&system=${s.id}`}
        className={state === 'dead' ? 'late' : ''}
        onClick={(e) => e.stopPropagation()}
      >
        {formatNumber(s[state])}
      </Link>
    )
  return (
    <>
      <div className="admin-tools">
        <span className="admin-muted">{t('pub.systems.hint')}</span>
        <Button type="primary" onClick={() => setOpen('new')}>
          {t('pub.systems.add')}
        </Button>
      </div>
      {made?.secret ? (
        <Once title={t('pub.systems.once', { name: made.name })} secret={made.secret} onClose={() => setMade(null)} />
      ) : null}
      <Table<HotlineSystemView>
        size="small"
        rowKey="id"
        loading={systems.isPending}
        dataSource={rows}
        pagination={false}
        rowClassName={(s) => (s.enabled ? '' : 'off')}
        locale={{ emptyText: <EmptyState title={t('pub.systems.none')} hint={t('pub.systems.noneHint')} /> }}
        onRow={(s) => ({ onClick: () => setOpen(s), style: { cursor: 'pointer' } })}
        columns={[
          {
            title: t('pub.systems.name'),
            render: (_, s) => (
              <>
                <button type="button" className="row-name" onClick={() => setOpen(s)}>
                  {s.name}
                </button>{' '}
                <code>{s.key}</code>
              </>
            )
          },
          {
            title: t('pub.systems.webhookShort'),
            render: (_, s) => <Target url={s.webhookUrl} none={t('pub.systems.noPush')} />
          },
          { title: t('pub.systems.listShort'), render: (_, s) => <Target url={s.listUrl} none={t('pub.systems.noList')} /> },
          { title: t('pub.systems.orders'), width: 90, align: 'right', render: (_, s) => formatNumber(s.orders) },
          { title: t('pub.state.waiting'), width: 80, align: 'right', render: (_, s) => door(s, 'waiting') },
          { title: t('pub.state.dead'), width: 90, align: 'right', render: (_, s) => door(s, 'dead') },
          { title: t('units.state'), width: 80, render: (_, s) => t(s.enabled ? 'state.active' : 'state.inactive') }
        ]}
      />
      <Drawer
        open={open !== null}
        onClose={() => setOpen(null)}
        size={560}
        title={shown ? shown.name : t('pub.systems.add')}
        destroyOnHidden
      >
        {open ? (
          <SystemCard
            system={shown}
            onMade={(s) => {
              setMade(s)
              setOpen(null)
            }}
            onDone={() => setOpen(null)}
          />
        ) : null}
      </Drawer>
    </>
  )
}

/** An address of the other side, cut where the column ends; whole on pointing. */
function Target({ url, none }: { url: string | null; none: string }) {
  return url ? (
    <span className="target" title={url}>
      {url.replace(/^https?:\/\//, '')}
    </span>
  ) : (
    <span className="admin-muted">{none}</span>
  )
}
