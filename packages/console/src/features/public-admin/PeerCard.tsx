import type { PeerCheck, PeerView } from '@chengyun/contract/public'
import { formatDateTime } from '@chengyun/ui'
import { Button, Popconfirm } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { api } from '../../api/client.ts'
import { useAct } from '../../parts/useAct.tsx'
import { PeerForm } from './PeerForm.tsx'

export interface PeerCardProps {
  /** Null: a new one. */
  peer: PeerView | null
  onMade: (peer: PeerView) => void
  onDone: () => void
}

/** A peer: whether it answers and what it can do, and its settings. */
export function PeerCard({ peer, onMade, onDone }: PeerCardProps) {
  const { t } = useTranslation()
  const { act, busy } = useAct(['peers', 'peerServices'])
  const [found, setFound] = useState<PeerCheck | null>(null)
  if (!peer) return <PeerForm peer={null} onSaved={onMade} />
  const { id, name, abilities, counts } = peer
  const check = async () => {
    const done = await act(() => api<PeerCheck>(`/public/open311/peers/${id}/check`, { method: 'POST' }), {
      done: t('peer.checked')
    })
    if (done) setFound(done)
  }
  const remove = async () => {
    const done = await act(() => api<unknown>(`/public/open311/peers/${id}`, { method: 'DELETE' }), {
      done: t('peer.removed', { name })
    })
    if (done) onDone()
  }
  const untouched = counts.pulled + counts.rejected + counts.pushed + counts.waiting + counts.dead === 0
  return (
    <>
      <section className="peer-check">
        <div className="admin-tools">
          <span className="admin-muted">
            {abilities.checkedAt ? t('peer.checkedAt', { at: formatDateTime(abilities.checkedAt) }) : t('peer.unchecked')}
          </span>
          <Button loading={busy} onClick={() => void check()}>
            {t('peer.check')}
          </Button>
        </div>
        {found ? (
          <ul>
            {found.findings.map((f) => (
              <li key={f.what} className={f.state}>
                <b>{t(`peer.what.${f.what}`)}</b> {t(`peer.found.${f.state}`)}
                {f.detail ? <small className="sub wrap">{f.detail}</small> : null}
              </li>
            ))}
          </ul>
        ) : null}
        {abilities.services ? (
          <p>
            <Link href={`/admin/open311/services?peer=${id}`}>{t('peer.toServices', { n: abilities.services })}</Link>
          </p>
        ) : null}
      </section>
      <PeerForm peer={peer} onSaved={onDone} />
      {untouched ? (
        <section className="card-part">
          <h3>{t('peer.remove')}</h3>
          <Popconfirm title={t('peer.removeAsk', { name })} okButtonProps={{ danger: true }} onConfirm={remove}>
            <Button danger disabled={busy}>
              {t('peer.remove')}
            </Button>
          </Popconfirm>
        </section>
      ) : null}
    </>
  )
}
