import type { ProposalDecision, ProposalView } from '@chengyun/contract/field'
import { formatDateTime, type MapPoint, type Photo, Photos } from '@chengyun/ui'
import { useQuery } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { addressOf } from '../../api/reference.ts'
import { CityMap } from '../../parts/CityMap.tsx'
import { useAct } from '../../parts/useAct.tsx'
import { useClassName } from './useClassName.ts'

const ZOOM = 14.5

/** One correction: what is wrong about which component, the photos, the place; and the decision. */
export function ProposalCard({ proposal: p, onDecided }: { proposal: ProposalView; onDecided: () => void }) {
  const { t } = useTranslation()
  const className = useClassName()
  const photos: Photo[] = p.evidence.map((e) => ({
    id: e.id,
    url: e.shownUrl,
    thumbUrl: `/api/media/${e.id}/thumb`,
    side: 'other',
    caption: `${t(`phase.${e.phase}`)} · ${formatDateTime(p.capturedAt)}`
  }))
  return (
    <section className="proposal">
      <header>
        <h2>
          {t(`proposal.kind.${p.kind}`)} {className(p.classCode)}
        </h2>
        <span className="admin-muted">{t(`proposal.means.${p.kind}`)}</span>
      </header>
      <div className="proposal-body">
        <div>
          <dl>
            {p.componentId ? (
              <>
                <dt>{t('proposal.component')}</dt>
                <dd>
                  <code>{p.componentId}</code>
                </dd>
              </>
            ) : null}
            <dt>{t('proposal.note')}</dt>
            <dd translate={p.note ? 'no' : 'yes'}>{p.note || t('proposal.noNote')}</dd>
            <dt>{t('proposal.by')}</dt>
            <dd translate="no">
              {p.by.name} {formatDateTime(p.capturedAt)}
            </dd>
            {p.decidedAt ? (
              <>
                <dt>{t(`proposal.status.${p.status}`)}</dt>
                <dd translate="no">
                  {p.decidedBy} {formatDateTime(p.decidedAt)}
                  {p.decisionNote ? <p>{p.decisionNote}</p> : null}
                </dd>
              </>
            ) : null}
          </dl>
          {photos.length > 0 ? <Photos photos={photos} /> : <p className="admin-muted">{t('proposal.noPhoto')}</p>}
        </div>
        <Place of={p} />
      </div>
      {p.status === 'open' ? <Decide proposal={p} onDecided={onDecided} /> : null}
    </section>
  )
}

function Place({ of: { id, place } }: { of: ProposalView }) {
  const { t } = useTranslation()
  const [lng, lat] = place ?? [0, 0]
  const point = useMemo<MapPoint>(() => ({ id, location: [lng, lat], lamp: 'soon' }), [id, lng, lat])
  const focus = useMemo(() => ({ center: [lng, lat] as [number, number], zoom: ZOOM }), [lng, lat])
  const address = useQuery({
    queryKey: ['address', place],
    enabled: place !== null,
    staleTime: 600_000,
    queryFn: () => addressOf([lng, lat])
  })
  if (!place) return <p className="admin-muted">{t('proposal.noPlace')}</p>
  return (
    <div className="proposal-map">
      <CityMap points={[point]} selected={point} focus={focus} note={address.data?.text ?? t('proposal.place')} />
    </div>
  )
}

function Decide({ proposal, onDecided }: { proposal: ProposalView; onDecided: () => void }) {
  const { t } = useTranslation()
  const [note, setNote] = useState('')
  const [missing, setMissing] = useState(false)
  const { act, busy } = useAct(['fieldProposals'])
  const send = async (decision: ProposalDecision['decision']) => {
    const reason = note.trim()
    if (decision === 'declined' && reason === '') return setMissing(true)
    const body: ProposalDecision = { decision, ...(reason && { note: reason }) }
    const done = await act(() => api(`/field/proposals/${proposal.id}/decision`, { body }), {
      done: t(`proposal.done.${decision}`)
    })
    if (done) onDecided()
  }
  useEffect(() => {
    const heard = (e: KeyboardEvent) => {
      if (e.ctrlKey && e.key === 'Enter' && !busy) void send('accepted')
    }
    addEventListener('keydown', heard)
    return () => removeEventListener('keydown', heard)
  })
  return (
    <footer>
      <Input.TextArea
        rows={2}
        maxLength={500}
        value={note}
        status={missing ? 'error' : ''}
        aria-label={t('proposal.reason')}
        aria-invalid={missing}
        placeholder={t('proposal.reason')}
        onChange={(e) => {
          setNote(e.target.value)
          setMissing(false)
        }}
      />
      <div>
        <span className={missing ? 'late' : 'admin-muted'} role={missing ? 'alert' : undefined}>
          {t(missing ? 'proposal.reasonNeeded' : 'proposal.final')}
        </span>
        <Button danger disabled={busy} onClick={() => void send('declined')}>
          {t('proposal.decline')}
        </Button>
        <Button type="primary" loading={busy} onClick={() => void send('accepted')}>
          {t('proposal.accept')}
        </Button>
      </div>
    </footer>
  )
}
