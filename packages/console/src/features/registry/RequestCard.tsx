import type { ItemCard, ItemFacts, RequestDecision, RequestView, TypeDetail } from '@chengyun/contract/registry'
import { formatDateTime, KeyHint, type MapPoint, Photos, Skeleton } from '@chengyun/ui'
import { Button, Input, Popconfirm } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { api } from '../../api/client.ts'
import { CityMap } from '../../parts/CityMap.tsx'
import { useAct } from '../../parts/useAct.tsx'
import { usePreferences } from '../../preferences.tsx'
import { useShortcut } from '../../shell/shortcuts.ts'
import { listAddress } from './address.ts'
import { photoOf } from './CardPhotos.tsx'
import { useItem, useRegister } from './data.ts'
import { FieldChanges } from './FieldChanges.tsx'

const ZOOM = 16

/** A change that is wanted: of what, before and after, with pictures and place; and the decision. */
export function RequestCard({ request: r, onDecided }: { request: RequestView; onDecided: () => void }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const register = useRegister(r.type)
  const item = useItem(r.type, r.code)
  if (!register.data || (r.code !== null && item.isPending)) return <Skeleton lines={10} />
  const card = item.data?.code === r.code ? item.data : null
  const photos = r.evidenceIds.map((id) => photoOf(id, formatDateTime(r.requestedAt)))
  return (
    <article className="reg-item">
      <header className="reg-item-head">
        <div>
          <p className="reg-item-code">
            {r.code ? <Link href={listAddress(r.type, r.code)}>{r.code}</Link> : t('registry.newCode')}
            <span>{t(`registry.request.${r.state}`)}</span>
          </p>
          <h1>
            {t(`registry.change.${r.kind}`)} {register.data.declaration.name[language]}
          </h1>
          <p className="reg-item-place">
            {r.applicantName} · {t(`registry.origin.${r.origin}`)} · {formatDateTime(r.requestedAt)}
            {r.note ? <small>{r.note}</small> : null}
          </p>
        </div>
      </header>
      <div className="reg-item-body">
        <Wanted register={register.data} request={r} card={card} />
        <RequestPlace request={r} card={card} />
        {photos.length > 0 ? <Photos photos={photos} /> : <p className="reg-hint">{t('registry.noEvidence')}</p>}
        {r.decidedAt ? (
          <p className="reg-decided">
            {t('registry.decidedBy', { name: r.reviewerName ?? '', at: formatDateTime(r.decidedAt) })} {r.reason}
            {r.resultCode ? <Link href={listAddress(r.type, r.resultCode)}>{r.resultCode}</Link> : null}
          </p>
        ) : null}
      </div>
      {r.can.includes('decide') ? (
        <Decide request={r} onDecided={onDecided} />
      ) : r.can.includes('withdraw') ? (
        <footer className="reg-acts">
          <Withdraw request={r} onDecided={onDecided} />
        </footer>
      ) : null}
    </article>
  )
}

function Wanted({ register, request: r, card }: { register: TypeDetail; request: RequestView; card: ItemCard | null }) {
  const { t } = useTranslation()
  const fields = fieldsOf(r.wanted, card)
  if (fields.length === 0) return <p className="reg-hint">{t(`registry.means.${r.kind}`)}</p>
  return <FieldChanges register={register} fields={fields} afterOnly={r.state !== 'waiting'} />
}

/** The wanted facts field by field, beside what the register says now. */
function fieldsOf(wanted: ItemFacts, card: ItemCard | null): { field: string; before: unknown; after: unknown }[] {
  const { attributes, relations, ...own } = wanted
  const now = (field: string): unknown => {
    if (!card) return null
    if (field === 'class') return card.class?.code ?? null
    return (card as unknown as Record<string, unknown>)[field] ?? null
  }
  return [
    ...Object.entries(own).map(([field, after]) => ({ field, before: now(field), after })),
    ...Object.entries(attributes ?? {}).map(([key, after]) => ({
      field: `attributes.${key}`,
      before: card?.attributes[key] ?? null,
      after
    })),
    ...Object.entries(relations ?? {}).map(([key, after]) => ({
      field: `relations.${key}`,
      before: card?.relations.find((x) => x.key === key)?.items.map((i) => i.code) ?? null,
      after
    }))
  ]
}

function RequestPlace({ request: r, card }: { request: RequestView; card: ItemCard | null }) {
  const { t } = useTranslation()
  const place = r.wanted.place ?? card?.place ?? null
  const lng = place?.[0]
  const lat = place?.[1]
  const point = useMemo<MapPoint | null>(
    () => (lng === undefined || lat === undefined ? null : { id: r.id, location: [lng, lat], lamp: 'soon' }),
    [r.id, lng, lat]
  )
  const focus = useMemo(
    () => (lng === undefined || lat === undefined ? null : { center: [lng, lat] as [number, number], zoom: ZOOM }),
    [lng, lat]
  )
  const was = useMemo<MapPoint[]>(
    () => (card?.place && r.wanted.place ? [{ id: 'was', location: card.place, lamp: 'done' }] : []),
    [card, r.wanted.place]
  )
  if (!point || !focus) return null
  return (
    <section className="reg-item-map">
      <CityMap
        points={was}
        selected={point}
        focus={focus}
        note={t(r.wanted.place ? 'registry.wantedPlace' : 'registry.placeNow')}
      />
    </section>
  )
}

function Decide({ request: r, onDecided }: { request: RequestView; onDecided: () => void }) {
  const { t } = useTranslation()
  const [reason, setReason] = useState('')
  const [missing, setMissing] = useState(false)
  const { act, busy } = useAct(['registry'])
  const send = async (accept: boolean) => {
    const said = reason.trim()
    if (!accept && said === '') return setMissing(true)
    const body: RequestDecision = { accept, ...(said ? { reason: said } : {}) }
    const done = await act(() => api(`/registry/requests/${r.id}/decide`, { body }), {
      done: t(accept ? 'registry.accepted' : 'registry.declined')
    })
    if (done) onDecided()
  }
  useShortcut('a', () => void send(true), { enabled: !busy })
  useShortcut('d', () => document.getElementById('reg-reason')?.focus())
  return (
    <footer className="reg-acts reg-decide">
      <Button type="primary" loading={busy} onClick={() => void send(true)}>
        {t('registry.accept')} <KeyHint>A</KeyHint>
      </Button>
      <Input
        id="reg-reason"
        value={reason}
        maxLength={500}
        status={missing ? 'error' : ''}
        aria-invalid={missing}
        placeholder={t(missing ? 'registry.reasonNeeded' : 'registry.reason')}
        aria-label={t('registry.reason')}
        onChange={(e) => {
          setReason(e.target.value)
          setMissing(false)
        }}
        onPressEnter={() => void send(false)}
      />
      <Button danger disabled={busy} onClick={() => void send(false)}>
        {t('registry.decline')} <KeyHint>D</KeyHint>
      </Button>
      {r.can.includes('withdraw') ? <Withdraw request={r} onDecided={onDecided} /> : null}
    </footer>
  )
}

/** Whoever asked may take it back while nobody has decided. */
function Withdraw({ request: r, onDecided }: { request: RequestView; onDecided: () => void }) {
  const { t } = useTranslation()
  const { act, busy } = useAct(['registry'])
  const send = async () => {
    const done = await act(() => api(`/registry/requests/${r.id}/withdraw`, { body: {} }), { done: t('registry.withdrawn') })
    if (done) onDecided()
  }
  return (
    <Popconfirm title={t('registry.withdrawSure')} okText={t('registry.withdraw')} onConfirm={send}>
      <Button loading={busy}>{t('registry.withdraw')}</Button>
    </Popconfirm>
  )
}
