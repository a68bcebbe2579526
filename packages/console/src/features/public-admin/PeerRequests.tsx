import { PEER_STATES, type PeerRequestView, type PeerState } from '@chengyun/contract/public'
import { EmptyState, formatShort, useNow } from '@chengyun/ui'
import { Button, Input, Popconfirm, Select, Table } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { LoadMore, QueryError } from '../../parts/states.tsx'
import { useAct } from '../../parts/useAct.tsx'
import { useQueryParam } from '../../parts/useQueryParam.ts'
import { usePeerRequests, usePeers } from './peers-data.ts'

const RETRIED: readonly PeerState[] = ['dead', 'rejected', 'skipped', 'waiting', 'held']
const SKIPPED: readonly PeerState[] = ['dead', 'rejected', 'held', 'token', 'waiting']

/** What was exchanged with other servers either way: how far it came, why not further, once more or left out. */
export function PeerRequests() {
  const { t } = useTranslation()
  const now = useNow(20)
  const [params, set] = useQueryParam()
  const peers = usePeers().data?.items ?? []
  const asked = params.get('state')
  const state = PEER_STATES.find((s) => s === asked) ?? null
  const direction = (['in', 'out'] as const).find((d) => d === params.get('direction')) ?? null
  const peerId = params.get('peer')
  const number = params.get('number')
  const requests = usePeerRequests({
    // What waits and what was given up is more than a state: the telling of an end counts with it.
    ...(state === 'waiting' || state === 'dead' ? { open: state } : state && { state }),
    ...(direction && { direction }),
    ...(peerId && { peerId }),
    ...(number && { number })
  })
  const { act, busy } = useAct(['peerRequests', 'peers'])
  const nameOf = (r: PeerRequestView) => r.caseNo ?? r.remoteId ?? r.summary
  const send = (r: PeerRequestView, what: 'retry' | 'skip', anew = false) =>
    act(
      () =>
        api<unknown>(`/public/open311/peer-requests/${r.id}/${what}`, {
          method: 'POST',
          ...(what === 'retry' && { body: anew ? { anew } : {} })
        }),
      { done: t(`peer.req.${what}Done`, { what: nameOf(r) }) }
    )
  if (requests.isError) return <QueryError of={requests} />
  const pick = (key: string, value: string | null, label: string, options: { value: string; label: string }[], width: number) => (
    <Select
      allowClear
      value={value}
      placeholder={label}
      aria-label={label}
      style={{ width }}
      options={options}
      onChange={(v: string | null) => set(key, v ?? null)}
    />
  )
  return (
    <>
      <div className="admin-tools">
        {pick(
          'state',
          state,
          t('peer.state'),
          PEER_STATES.map((value) => ({ value, label: t(`peer.req.state.${value}`) })),
          140
        )}
        {pick(
          'direction',
          direction,
          t('peer.direction'),
          (['in', 'out'] as const).map((value) => ({ value, label: t(`peer.req.${value}`) })),
          120
        )}
        {pick(
          'peer',
          peerId,
          t('peer.name'),
          peers.map((p) => ({ value: p.id, label: p.name })),
          200
        )}
        <Input.Search
          allowClear
          defaultValue={number ?? ''}
          placeholder={t('peer.req.number')}
          aria-label={t('peer.req.number')}
          style={{ width: 240 }}
          onSearch={(v) => set('number', v.trim() || null)}
        />
      </div>
      <Table<PeerRequestView>
        size="small"
        rowKey="id"
        loading={requests.isPending}
        dataSource={requests.data?.pages.flatMap((p) => p.items) ?? []}
        pagination={false}
        locale={{ emptyText: <EmptyState title={t('peer.req.none')} hint={t('peer.req.noneHint')} /> }}
        columns={[
          {
            title: t('peer.req.what'),
            render: (_, r) => (
              <>
                {r.summary || '–'}
                <small className="sub">
                  {[r.serviceName ?? r.serviceCode, formatShort(r.at, now)].filter(Boolean).join(' · ')}
                </small>
              </>
            )
          },
          {
            title: t('peer.req.between'),
            width: 180,
            render: (_, r) => (
              <>
                {t(`peer.req.${r.direction}`)}
                <small className="sub">{r.peerName}</small>
              </>
            )
          },
          {
            title: t('peer.req.numbers'),
            width: 200,
            render: (_, r) => (
              <>
                {r.caseNo ?? '–'}
                <small className="sub wrap">
                  {r.remoteId ? t('peer.req.theirs', { no: r.remoteId }) : t('peer.req.noTheirs')}
                </small>
              </>
            )
          },
          {
            title: t('peer.state'),
            width: 130,
            render: (_, r) => (
              <>
                <span className={r.state === 'dead' ? 'late' : ''}>{t(`peer.req.state.${r.state}`)}</span>
                {r.nextAt ? <small className="sub">{t('pub.messages.nextAt', { at: formatShort(r.nextAt, now) })}</small> : null}
                {r.update ? <small className="sub">{t(`peer.req.update.${r.update.state}`)}</small> : null}
              </>
            )
          },
          { title: t('pub.messages.why'), render: (_, r) => <Why of={r} /> },
          {
            title: <span className="cy-visually-hidden">{t('pub.acts')}</span>,
            width: 210,
            align: 'right',
            render: (_, r) => {
              const late = r.update?.state === 'dead'
              return (
                <span className="row-acts">
                  {SKIPPED.includes(r.state) || late ? (
                    <Popconfirm
                      title={t('peer.req.skipAsk')}
                      okText={t('pub.messages.skip')}
                      okButtonProps={{ danger: true }}
                      onConfirm={() => send(r, 'skip')}
                    >
                      <Button size="small" disabled={busy}>
                        {t('pub.messages.skip')}
                      </Button>
                    </Popconfirm>
                  ) : null}
                  {r.inDoubt && RETRIED.includes(r.state) ? (
                    <Popconfirm
                      title={t('peer.req.anewAsk')}
                      description={t('peer.req.anewMeans')}
                      okText={t('peer.req.anew')}
                      onConfirm={() => send(r, 'retry', true)}
                    >
                      <Button size="small" disabled={busy}>
                        {t('peer.req.anew')}
                      </Button>
                    </Popconfirm>
                  ) : null}
                  {RETRIED.includes(r.state) || late ? (
                    <Button
                      size="small"
                      type={r.state === 'dead' || late ? 'primary' : 'default'}
                      disabled={busy}
                      onClick={() => void send(r, 'retry')}
                    >
                      {t('peer.req.retry')}
                    </Button>
                  ) : null}
                </span>
              )
            }
          }
        ]}
      />
      <LoadMore list={requests} />
    </>
  )
}

function Why({ of }: { of: PeerRequestView }) {
  const { t } = useTranslation()
  const said = of.error ?? of.update?.error ?? null
  if (!of.rejected && !said) return '–'
  return (
    <>
      {of.rejected ? t(`peer.req.reject.${of.rejected}`) : said}
      <small className="sub wrap">
        {[
          of.rejected ? said : null,
          of.attempts > 0 ? t('pub.messages.tries', { n: of.attempts }) : null,
          of.inDoubt ? t('peer.req.doubt') : null
        ]
          .filter(Boolean)
          .join(' · ')}
      </small>
    </>
  )
}
