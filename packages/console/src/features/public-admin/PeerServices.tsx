import type { PeerServices as PeerServiceTable, PeerServiceView } from '@chengyun/contract/public'
import { EmptyState } from '@chengyun/ui'
import { Button, Checkbox, Drawer, Form, Input, Select, Skeleton, Table } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'wouter'
import { api } from '../../api/client.ts'
import { useClasses } from '../../api/config.ts'
import { QueryError } from '../../parts/states.tsx'
import { useAct } from '../../parts/useAct.tsx'
import { usePreferences } from '../../preferences.tsx'
import { usePeerDefinition, usePeerServices, usePeers } from './peers-data.ts'

const STANDARD = 'GB/T 47678.5-2026'

/** What the services of a peer mean here, and which of our classes go to it. */
export function PeerServices() {
  const { t } = useTranslation()
  const peers = usePeers()
  const [params, setParams] = useSearchParams()
  const [q, setQ] = useState('')
  const [open, setOpen] = useState<PeerServiceView | null>(null)
  const all = peers.data?.items ?? []
  const peer = all.find((p) => p.id === params.get('peer')) ?? all[0] ?? null
  const services = usePeerServices(peer?.id ?? null)
  const { nameOf } = useClassOptions()
  const { act, busy } = useAct(['peerServices'])
  if (peers.isError) return <QueryError of={peers} />
  if (services.isError) return <QueryError of={services} />
  if (peers.data && !peer) return <EmptyState title={t('peer.none')} hint={t('peer.noneHint')} />
  const items = services.data?.items ?? []
  const path = `/public/open311/peers/${peer?.id}/services`
  const put = (table: PeerServiceTable) => api(path, { method: 'PUT', body: table })
  const save = async (row: PeerServiceTable['items'][number]) => {
    const saved = await act(
      async () => {
        const before = tableOf((await api<{ items: PeerServiceView[] }>(path)).items)
        await put({ items: before.items.map((i) => (i.serviceCode === row.serviceCode ? row : i)) })
        return before
      },
      { done: t('peer.svc.saved', { name: open?.serviceName ?? row.serviceCode }), undo: put }
    )
    if (saved) setOpen(null)
  }
  const rows = items.filter((s) =>
    `${s.serviceCode}${s.serviceName ?? ''}${s.group ?? ''}${nameOf(s.class)}${s.push.map(nameOf).join('')}`.includes(q.trim())
  )
  return (
    <>
      <div className="admin-tools">
        <Select
          value={peer?.id ?? null}
          aria-label={t('peer.name')}
          style={{ width: 220 }}
          options={all.map((p) => ({ value: p.id, label: p.name }))}
          onChange={(id: string | null) => setParams(id ? { peer: id } : {}, { replace: true })}
        />
        <Input
          allowClear
          value={q}
          placeholder={t('peer.svc.search')}
          aria-label={t('peer.svc.search')}
          style={{ width: 240 }}
          onChange={(e) => setQ(e.target.value)}
        />
        <span className="admin-muted">{t('peer.svc.hint')}</span>
      </div>
      <Table<PeerServiceView>
        size="small"
        rowKey="serviceCode"
        loading={peers.isPending || services.isPending}
        dataSource={rows}
        pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
        rowClassName={(s) => (s.offered ? '' : 'off')}
        locale={{ emptyText: <EmptyState title={t('peer.svc.none')} hint={t('peer.svc.noneHint')} /> }}
        onRow={(s) => ({ onClick: () => setOpen(s), style: { cursor: 'pointer' } })}
        columns={[
          {
            title: t('peer.svc.service'),
            width: 280,
            render: (_, s) => (
              <>
                <button type="button" className="row-name" onClick={() => setOpen(s)}>
                  {s.serviceName ?? s.serviceCode}
                </button>
                <small className="sub">
                  {[s.serviceCode, s.group, s.offered ? null : t('peer.svc.gone'), s.metadata ? t('peer.svc.metadata') : null]
                    .filter(Boolean)
                    .join(' · ')}
                </small>
              </>
            )
          },
          {
            title: t('peer.svc.class'),
            render: (_, s) => (s.class ? nameOf(s.class) : <span className="admin-muted">{t('peer.svc.other')}</span>)
          },
          {
            title: t('peer.svc.push'),
            render: (_, s) =>
              s.push.length > 0 ? s.push.map(nameOf).join('、') : <span className="admin-muted">{t('peer.svc.noPush')}</span>
          },
          { title: t('peer.svc.auto'), width: 110, render: (_, s) => t(s.auto ? 'peer.svc.isAuto' : 'peer.svc.byHand') }
        ]}
      />
      <Drawer
        open={open !== null}
        onClose={() => setOpen(null)}
        size={480}
        title={open?.serviceName ?? open?.serviceCode}
        destroyOnHidden
      >
        {open && peer ? <ServiceForm peerId={peer.id} service={open} busy={busy} onSave={(row) => void save(row)} /> : null}
      </Drawer>
    </>
  )
}

type Row = PeerServiceTable['items'][number]
const tableOf = (items: readonly PeerServiceView[]): PeerServiceTable => ({
  items: items.map(({ serviceCode, class: cls, push, auto, attributes }) => ({ serviceCode, class: cls, push, auto, attributes }))
})

interface ServiceFormProps {
  peerId: string
  service: PeerServiceView
  busy: boolean
  onSave: (row: Row) => void
}

function ServiceForm({ peerId, service, busy, onSave }: ServiceFormProps) {
  const { t } = useTranslation()
  const { options } = useClassOptions()
  const definition = usePeerDefinition(peerId, service)
  const asked = definition.data?.attributes ?? []
  // Also what is kept and no longer asked for, so that it can be taken away.
  const gone = Object.keys(service.attributes).filter((code) => !asked.some((a) => a.code === code))
  const send = (v: { class?: string | null; push: string[]; auto: boolean; attributes?: Record<string, string | undefined> }) => {
    const attributes = Object.fromEntries(
      Object.entries({ ...service.attributes, ...v.attributes }).flatMap(([code, value]) =>
        value?.trim() ? [[code, value.trim()]] : []
      )
    )
    onSave({ serviceCode: service.serviceCode, class: v.class ?? null, push: v.push, auto: v.auto, attributes })
  }
  const search = { optionFilterProp: 'label' }
  return (
    <Form layout="vertical" requiredMark={false} disabled={busy} onFinish={send} initialValues={service}>
      <Form.Item name="class" label={t('peer.svc.class')} extra={t('peer.svc.classHint')}>
        <Select allowClear showSearch={search} options={options} placeholder={t('peer.svc.other')} />
      </Form.Item>
      <Form.Item name="push" label={t('peer.svc.push')} extra={t('peer.svc.pushHint')}>
        <Select mode="multiple" allowClear showSearch={search} options={options} />
      </Form.Item>
      <Form.Item name="auto" valuePropName="checked" extra={t('peer.svc.autoHint')}>
        <Checkbox>{t('peer.svc.isAuto')}</Checkbox>
      </Form.Item>
      {service.metadata || gone.length > 0 ? (
        <section className="card-part">
          <h3>{t('peer.svc.attributes')}</h3>
          <p className="admin-muted">{t('peer.svc.attributesHint')}</p>
          {definition.isError ? (
            <QueryError of={definition} />
          ) : definition.isLoading ? (
            <Skeleton active paragraph={{ rows: 2 }} />
          ) : null}
          {asked.map((a) => (
            <Form.Item
              key={a.code}
              name={['attributes', a.code]}
              label={a.description}
              extra={t(a.required ? 'peer.svc.demanded' : 'peer.svc.mayBe')}
            >
              {a.values.length > 0 ? (
                <Select allowClear options={a.values.map((v) => ({ value: v.key, label: v.name }))} />
              ) : (
                <Input allowClear maxLength={500} />
              )}
            </Form.Item>
          ))}
          {gone.map((code) => (
            <Form.Item
              key={code}
              name={['attributes', code]}
              label={code}
              extra={definition.isSuccess ? t('peer.svc.gone') : null}
            >
              <Input allowClear maxLength={500} />
            </Form.Item>
          ))}
        </section>
      ) : null}
      <Button type="primary" htmlType="submit" loading={busy}>
        {t('pub.save')}
      </Button>
    </Form>
  )
}

/** Classes in force as `kind:code`, and their names. */
function useClassOptions() {
  const { language } = usePreferences()
  const classes = (useClasses().data?.classes ?? []).filter((c) => c.standardRef === STANDARD)
  const text = (c: (typeof classes)[number]) => (language === 'en' && c.nameEn ? c.nameEn : c.name)
  const byKey = new Map(classes.map((c) => [`${c.kind}:${c.code}`, text(c)]))
  return {
    options: classes.filter((c) => c.active).map((c) => ({ value: `${c.kind}:${c.code}`, label: `${c.code} ${text(c)}` })),
    nameOf: (key: string | null): string => (key === null ? '' : (byKey.get(key) ?? key))
  }
}
