import type { PeerRun, PeerView } from '@chengyun/contract/public'
import { EmptyState, formatNumber, formatShort, useNow } from '@chengyun/ui'
import { Button, Drawer, Table } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { api } from '../../api/client.ts'
import { QueryError } from '../../parts/states.tsx'
import { useAct } from '../../parts/useAct.tsx'
import { PeerCard } from './PeerCard.tsx'
import { usePeers } from './peers-data.ts'

/** Other GeoReport servers: what comes from each, what goes to each, and whether it works. */
export function Peers() {
  const { t } = useTranslation()
  const now = useNow(30)
  const peers = usePeers()
  const [open, setOpen] = useState<string | null>(null)
  const { act, busy } = useAct(['peers', 'peerRequests'])
  const rows = peers.data?.items ?? []
  const shown = rows.find((p) => p.id === open) ?? null
  if (peers.isError) return <QueryError of={peers} />
  const run = async (p: PeerView) => {
    const done = await act(() => api<PeerRun>(`/public/open311/peers/${p.id}/run`, { method: 'POST' }), {
      done: t('peer.ran', { name: p.name })
    })
    return done
  }
  const door = (p: PeerView, n: number, filter: string, grave = false) =>
    n === 0 ? (
      '0'
    ) : (
      <Link
        href={`/admin/open311/requests?peer=${p.id}&${filter}`}
        className={grave ? 'late' : ''}
        onClick={(e) => e.stopPropagation()}
      >
        {formatNumber(n)}
      </Link>
    )
  return (
    <>
      <div className="admin-tools">
        <span className="admin-muted">{t('peer.hint')}</span>
        <Button type="primary" onClick={() => setOpen('new')}>
          {t('peer.add')}
        </Button>
      </div>
      <Table<PeerView>
        size="small"
        rowKey="id"
        loading={peers.isPending}
        dataSource={rows}
        pagination={false}
        rowClassName={(p) => (p.enabled ? '' : 'off')}
        locale={{ emptyText: <EmptyState title={t('peer.none')} hint={t('peer.noneHint')} /> }}
        onRow={(p) => ({ onClick: () => setOpen(p.id), style: { cursor: 'pointer' } })}
        columns={[
          {
            title: t('peer.name'),
            render: (_, p) => (
              <>
                <button type="button" className="row-name" onClick={() => setOpen(p.id)}>
                  {p.name}
                </button>{' '}
                <code>{p.key}</code>
                <small className="sub wrap">{p.baseUrl}</small>
              </>
            )
          },
          { title: t('peer.direction'), width: 90, render: (_, p) => t(`peer.direction.${p.direction}`) },
          {
            title: t('peer.state'),
            render: (_, p) => (
              <>
                <span className={p.lastError || p.paused ? 'late' : ''}>{t(stateOf(p))}</span>
                <small className="sub wrap">
                  {p.paused ? t('peer.pausedMeans', { at: formatShort(p.paused.at, now) }) : null}
                  {p.paused?.reason ??
                    p.lastError ??
                    (p.lastOkAt ? t('peer.lastOk', { at: formatShort(p.lastOkAt, now) }) : t('peer.neverRan'))}
                </small>
              </>
            )
          },
          { title: t('peer.pulled'), width: 76, align: 'right', render: (_, p) => door(p, p.counts.pulled, 'state=filed') },
          {
            title: t('peer.rejected'),
            width: 76,
            align: 'right',
            render: (_, p) => door(p, p.counts.rejected, 'state=rejected')
          },
          { title: t('peer.pushed'), width: 76, align: 'right', render: (_, p) => door(p, p.counts.pushed, 'state=sent') },
          {
            title: t('peer.req.state.waiting'),
            width: 70,
            align: 'right',
            render: (_, p) => door(p, p.counts.waiting, 'state=waiting')
          },
          { title: t('pub.state.dead'), width: 76, align: 'right', render: (_, p) => door(p, p.counts.dead, 'state=dead', true) },
          {
            title: <span className="cy-visually-hidden">{t('pub.acts')}</span>,
            width: 100,
            align: 'right',
            render: (_, p) => (
              <Button
                size="small"
                disabled={busy || !p.enabled}
                onClick={(e) => {
                  e.stopPropagation()
                  void run(p)
                }}
              >
                {t('peer.run')}
              </Button>
            )
          }
        ]}
      />
      <Drawer
        open={open !== null}
        onClose={() => setOpen(null)}
        size={600}
        title={shown ? shown.name : t('peer.add')}
        destroyOnHidden
      >
        {open === 'new' || shown ? (
          <PeerCard key={open} peer={shown} onMade={(p) => setOpen(p.id)} onDone={() => setOpen(null)} />
        ) : null}
      </Drawer>
    </>
  )
}

function stateOf(p: PeerView): string {
  if (!p.enabled) return 'state.inactive'
  if (p.paused) return 'peer.paused'
  if (p.lastError) return 'peer.failing'
  return p.lastOkAt ? 'peer.works' : 'peer.notYet'
}
