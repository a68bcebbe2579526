import { type HotlineMessageView, MESSAGE_STATES, type MessageState } from '@chengyun/contract/public'
import { EmptyState, formatShort, useNow } from '@chengyun/ui'
import { Button, Input, Popconfirm, Segmented, Select, Table } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { LoadMore, QueryError } from '../../parts/states.tsx'
import { useAct } from '../../parts/useAct.tsx'
import { useQueryParam } from '../../parts/useQueryParam.ts'
import { useHotlineMessages, useHotlines } from './data.ts'
import { failureOf } from './failure.ts'

const ORDER_NO = /^[A-Za-z0-9_./-]{1,80}$/

/** What hotlines are told of their orders, how far it came, and why not further. The filter stands in the address. */
export function HotlineMessages() {
  const { t } = useTranslation()
  const now = useNow(15)
  const [params, set] = useQueryParam()
  const systems = useHotlines().data?.items ?? []
  const asked = params.get('state')
  const state = MESSAGE_STATES.find((s) => s === asked) ?? (asked === 'all' ? 'all' : 'dead')
  const systemId = params.get('system')
  const orderNo = params.get('order')
  const messages = useHotlineMessages({
    ...(state !== 'all' && { state }),
    ...(systemId && { systemId }),
    ...(orderNo && ORDER_NO.test(orderNo) && { orderNo })
  })
  const { act, busy } = useAct(['hotlineMessages', 'hotlines'])
  const send = (m: HotlineMessageView, what: 'resend' | 'skip') =>
    act(() => api(`/public/hotline/messages/${m.id}/${what}`, { method: 'POST' }), {
      done: t(`pub.messages.${what}Done`, { order: m.orderNo, seq: m.seq })
    })
  const count = (s: MessageState): string => {
    if (s !== 'waiting' && s !== 'dead') return ''
    const of = systems.filter((x) => systemId === null || x.id === systemId)
    return of.length > 0 ? ` ${of.reduce((n, x) => n + x[s], 0)}` : ''
  }
  /** When it goes next, or why it does not. */
  const next = (m: HotlineMessageView): string => {
    const system = systems.find((s) => s.id === m.systemId)
    if (m.state === 'delivered') return t('pub.messages.deliveredAt', { at: formatShort(m.deliveredAt, now) })
    if (m.state !== 'waiting') return t(`pub.messages.now.${m.state}`)
    if (m.blocked) return t('pub.messages.blocked')
    if (system && !system.enabled) return t('pub.messages.systemOff')
    if (system && system.webhookUrl === null) return t('pub.messages.noAddress')
    return m.nextAt && Date.parse(m.nextAt) > now.getTime()
      ? t('pub.messages.nextAt', { at: formatShort(m.nextAt, now) })
      : t('pub.messages.soon')
  }
  if (messages.isError) return <QueryError of={messages} />
  return (
    <>
      <div className="admin-tools">
        <Segmented<MessageState | 'all'>
          value={state}
          onChange={(v) => set('state', v)}
          options={[
            ...(['dead', 'waiting', 'delivered', 'skipped'] as const).map((value) => ({
              value,
              label: `${t(`pub.state.${value}`)}${count(value)}`
            })),
            { value: 'all', label: t('pub.all') }
          ]}
        />
        <Select
          allowClear
          value={systemId}
          placeholder={t('pub.systems.name')}
          aria-label={t('pub.systems.name')}
          style={{ width: 200 }}
          options={systems.map((s) => ({ value: s.id, label: s.name }))}
          onChange={(v: string | null) => set('system', v ?? null)}
        />
        <Input.Search
          allowClear
          defaultValue={orderNo ?? ''}
          placeholder={t('pub.messages.order')}
          aria-label={t('pub.messages.order')}
          style={{ width: 240 }}
          onSearch={(v) => set('order', v.trim() || null)}
        />
      </div>
      {orderNo && !ORDER_NO.test(orderNo) ? <p className="admin-muted">{t('pub.messages.orderWrong')}</p> : null}
      <Table<HotlineMessageView>
        size="small"
        rowKey="id"
        loading={messages.isPending}
        dataSource={messages.data?.pages.flatMap((p) => p.items) ?? []}
        pagination={false}
        locale={{ emptyText: <EmptyState title={t(`pub.messages.none.${state}`)} hint={t('pub.messages.noneHint')} /> }}
        columns={[
          {
            title: t('pub.messages.order'),
            width: 250,
            render: (_, m) => (
              <>
                <span className="wrap">{m.orderNo}</span>
                <small className="sub">
                  {t('pub.messages.seq', { n: m.seq, name: systems.find((s) => s.id === m.systemId)?.name ?? '' })}
                </small>
              </>
            )
          },
          { title: t('pub.messages.caseNo'), dataIndex: 'caseNo', width: 170 },
          { title: t('pub.messages.status'), dataIndex: 'status', width: 90 },
          { title: t('pub.messages.queued'), width: 110, render: (_, m) => formatShort(m.queuedAt, now) },
          {
            title: t('pub.messages.progress'),
            render: (_, m) => (
              <>
                <span className={m.state === 'dead' ? 'late' : ''}>{next(m)}</span>
                {m.attempts > 0 ? <small className="sub">{t('pub.messages.tries', { n: m.attempts })}</small> : null}
              </>
            )
          },
          { title: t('pub.messages.why'), render: (_, m) => (m.lastError ? <Why text={m.lastError} /> : '–') },
          {
            title: <span className="cy-visually-hidden">{t('pub.acts')}</span>,
            width: 150,
            align: 'right',
            render: (_, m) =>
              m.state === 'skipped' ? null : (
                <span className="row-acts">
                  {m.state === 'dead' ? (
                    <Popconfirm
                      title={t('pub.messages.skipAsk')}
                      description={t('pub.messages.skipMeans')}
                      okText={t('pub.messages.skip')}
                      okButtonProps={{ danger: true }}
                      onConfirm={() => send(m, 'skip')}
                    >
                      <Button size="small" disabled={busy}>
                        {t('pub.messages.skip')}
                      </Button>
                    </Popconfirm>
                  ) : null}
                  {m.blocked ? null : (
                    <Button
                      size="small"
                      type={m.state === 'dead' ? 'primary' : 'default'}
                      disabled={busy}
                      onClick={() => void send(m, 'resend')}
                    >
                      {t(m.state === 'waiting' ? 'pub.messages.sendNow' : 'pub.messages.resend')}
                    </Button>
                  )}
                </span>
              )
          }
        ]}
      />
      <LoadMore list={messages} />
    </>
  )
}

/** Why a try failed, in plain words; below, what the other side or the network said. */
function Why({ text }: { text: string }) {
  const { t } = useTranslation()
  const failure = failureOf(text)
  return (
    <>
      {t(`pub.failure.${failure.key}`, { status: failure.status ?? '' })}
      <small className="sub wrap">{text}</small>
    </>
  )
}
