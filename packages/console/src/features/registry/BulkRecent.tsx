import type { BulkView, TypeDetail } from '@chengyun/contract/registry'
import { formatDateTime, formatNumber } from '@chengyun/ui'
import { useQuery } from '@tanstack/react-query'
import { App, Button, Popconfirm } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { api, query } from '../../api/client.ts'
import { useFresh } from './useFresh.ts'

const POLL_MS = 700
/** Edits shown; older ones are in the history of their items. */
const SHOWN = 5
/** Items named at once that were left as they are. */
const NAMED = 20

/** Watches a bulk edit until it is done or taken back. */
export async function followBulk(first: BulkView, tell: (view: BulkView) => void): Promise<BulkView> {
  let view = first
  while (view.state === 'publishing' || view.state === 'undoing') {
    tell(view)
    await new Promise((done) => setTimeout(done, POLL_MS))
    view = await api<BulkView>(`/registry/bulk/${view.id}`)
  }
  return view
}

/** Takes a bulk edit back and says what was left because somebody changed it since. */
export function useBulkUndo(): (view: BulkView) => Promise<void> {
  const { t } = useTranslation()
  const { notification, message } = App.useApp()
  const fresh = useFresh()
  return async (view) => {
    try {
      const back = await followBulk(await api<BulkView>(`/registry/bulk/${view.id}/undo`, { method: 'POST' }), () => undefined)
      fresh()
      const said = t('registry.bulkUndone', { count: back.progress.done - back.skipped })
      if (back.skipped === 0) void message.success(said)
      else notification.warning({ title: said, description: <BulkLeft view={back} />, duration: 0 })
    } catch (e) {
      void message.error((e as Error).message, 6)
    }
  }
}

/** The items a bulk edit, or its undoing, left as they are. */
export function BulkLeft({ view }: { view: BulkView }) {
  const { t } = useTranslation()
  return (
    <div className="reg-left">
      <p>{t('registry.bulkLeft', { n: formatNumber(view.skipped) })}</p>
      <p translate="no">
        {view.left.slice(0, NAMED).map((code) => (
          <Link key={code} href={`/registers/list/${view.type}/${encodeURIComponent(code)}`}>
            <code>{code}</code>
          </Link>
        ))}
        {view.skipped > NAMED ? ' …' : ''}
      </p>
    </div>
  )
}

/** The last bulk edits of a register, each with the way back. */
export function BulkRecent({ register }: { register: Pick<TypeDetail, 'id'> }) {
  const { t } = useTranslation()
  const undo = useBulkUndo()
  const [busy, setBusy] = useState<string | null>(null)
  const recent = useQuery({
    queryKey: ['registry', 'bulk', register.id],
    queryFn: ({ signal }) => api<{ items: BulkView[] }>(`/registry/bulk${query({ type: register.id })}`, { signal })
  })
  const items = recent.data?.items.slice(0, SHOWN) ?? []
  if (items.length === 0) return null
  return (
    <section className="reg-recent">
      <h3>{t('registry.bulkRecent')}</h3>
      <ul>
        {items.map((b) => (
          <li key={b.id}>
            <p>
              <b translate="no">{b.name}</b> · {t(`registry.bulkState.${b.state}`)} ·{' '}
              <span className="num">{t('registry.bulkCountShort', { n: formatNumber(b.progress.total) })}</span>
            </p>
            <p>
              {formatDateTime(b.createdAt)} · <span translate="no">{b.createdByName}</span>
              {b.skipped > 0 ? ` · ${t('registry.bulkSkipped', { n: formatNumber(b.skipped) })}` : ''}
            </p>
            {b.can.includes('undo') ? (
              <Popconfirm
                title={t('registry.bulkUndoAsk')}
                onConfirm={async () => {
                  setBusy(b.id)
                  await undo(b)
                  setBusy(null)
                  void recent.refetch()
                }}
              >
                <Button size="small" loading={busy === b.id} disabled={busy !== null}>
                  {t('registry.undo')}
                </Button>
              </Popconfirm>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  )
}
