import type { ItemCard, RequestView, TypeDetail } from '@chengyun/contract/registry'
import { KeyHint } from '@chengyun/ui'
import { useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button } from 'antd'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { newKey } from '../../api/key.ts'
import { useAct } from '../../parts/useAct.tsx'
import { usePreferences } from '../../preferences.tsx'
import { itemPath } from './data.ts'
import { changedFields, type Draft, draftOf, factsOf } from './draft.ts'
import { faultsOf } from './faults.ts'
import { ItemForm } from './ItemForm.tsx'
import { PlaceInput } from './PlaceInput.tsx'
import { Why } from './Why.tsx'

export interface ItemEditProps {
  register: TypeDetail
  card: ItemCard
  onDone: () => void
}

/** Changing an item in place, or, for those who may not, saying what should be changed. */
export function ItemEdit({ register, card, onDone }: ItemEditProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const { message } = App.useApp()
  const client = useQueryClient()
  const { act } = useAct(['registry'])
  const d = register.declaration
  const own = card.can.includes('edit')
  // The form keeps what it began with: what others change meanwhile is told when it is sent.
  const [start] = useState(() => ({ draft: draftOf(d, card), version: card.version }))
  const [draft, setDraft] = useState<Draft>(start.draft)
  const [note, setNote] = useState('')
  const [evidence, setEvidence] = useState<string[]>([])
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<Error | null>(null)
  const faults = useMemo(() => faultsOf(error, language), [error, language])
  const fields = changedFields(start.draft, draft)
  const fixed = useMemo(() => (d.code.rule === 'component' ? new Set(['class']) : new Set<string>()), [d])
  const set = (field: string, value: unknown) => setDraft((old) => ({ ...old, [field]: value }))
  const why = { ...(note.trim() ? { note: note.trim() } : {}), ...(evidence.length > 0 ? { evidenceIds: evidence } : {}) }

  const send = async () => {
    if (fields.length === 0 || busy) return
    setBusy(true)
    setError(null)
    const changes = factsOf(d, draft, fields)
    const path = itemPath(register.id, card.code)
    try {
      if (own) {
        const next = await api<ItemCard>(path, { method: 'PATCH', body: { version: start.version, changes, ...why } })
        client.setQueryData(['registry', 'item', register.id, card.code], next)
        const back = { version: next.version, changes: factsOf(d, start.draft, fields), note: t('registry.undone') }
        await act(async () => next, {
          done: t('registry.saved', { code: card.code }),
          undo: () => api(path, { method: 'PATCH', body: back })
        })
      } else {
        const kind = fields.every((f) => f === 'place' || f === 'address') && fields.includes('place') ? 'move' : 'modify'
        await api<RequestView>('/registry/requests', {
          body: { type: register.id, kind, code: card.code, wanted: changes, ...why },
          idempotencyKey: newKey()
        })
        void client.invalidateQueries({ queryKey: ['registry', 'requests'] })
        void message.success(t('registry.proposed'))
      }
      onDone()
    } catch (e) {
      setError(e as Error)
    } finally {
      setBusy(false)
    }
  }
  useEffect(() => {
    const heard = (e: KeyboardEvent) => {
      if ((e.ctrlKey || e.metaKey) && e.key === 'Enter') void send()
    }
    addEventListener('keydown', heard)
    return () => removeEventListener('keydown', heard)
  })
  return (
    <>
      <div className="reg-item-body">
        {error ? <Alert type="error" showIcon title={error.message} /> : null}
        {own ? null : <Alert type="info" showIcon title={t('registry.proposeHint')} />}
        {d.geometry === 'none' ? null : (
          <PlaceInput
            geometry={d.geometry}
            value={draft['place']}
            start={card.place}
            onChange={(place, address) => {
              set('place', place)
              if (address) set('address', address)
            }}
          />
        )}
        <ItemForm register={register} draft={draft} onChange={set} faults={faults} card={card} fixed={fixed} />
        <Why note={note} onNote={setNote} evidence={evidence} onEvidence={setEvidence} />
      </div>
      <footer className="reg-acts">
        <Button type="primary" loading={busy} disabled={fields.length === 0} onClick={() => void send()}>
          {t(own ? 'registry.save' : 'registry.sendProposal')} <KeyHint>Ctrl</KeyHint> <KeyHint>↵</KeyHint>
        </Button>
        <Button onClick={onDone}>{t('registry.cancel')}</Button>
        <span className="reg-hint">
          {fields.length > 0 ? t('registry.changes', { count: fields.length }) : t('registry.nothingYet')}
        </span>
      </footer>
    </>
  )
}
