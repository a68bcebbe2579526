import type { ItemCard, TypeDetail } from '@chengyun/contract/registry'
import { useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { newKey } from '../../api/key.ts'
import { useAct } from '../../parts/useAct.tsx'
import { usePreferences } from '../../preferences.tsx'
import { itemPath } from './data.ts'
import { Why } from './Why.tsx'

export interface RemovalProps {
  register: TypeDetail
  card: ItemCard
  kind: 'remove' | 'restore'
  onDone: () => void
}

/** Says that an item is no longer there, or that it is there again: in which state, why, with which pictures. */
export function Removal({ register, card, kind, onDone }: RemovalProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const { message } = App.useApp()
  const client = useQueryClient()
  const { act, busy } = useAct(['registry'])
  const states = register.declaration.states.filter((s) => Boolean(s.ends) === (kind === 'remove'))
  const [status, setStatus] = useState(kind === 'remove' ? states[0]?.key : register.declaration.initialState)
  const [note, setNote] = useState('')
  const [evidence, setEvidence] = useState<string[]>([])
  const [error, setError] = useState<Error | null>(null)
  const path = itemPath(register.id, card.code)
  const own = card.can.includes(kind)
  const why = { note: note.trim(), ...(evidence.length > 0 ? { evidenceIds: evidence } : {}) }
  const send = async () => {
    setError(null)
    try {
      if (!own) {
        const body = { type: register.id, kind: 'remove', code: card.code, ...why }
        await api('/registry/requests', { body, idempotencyKey: newKey() })
        void client.invalidateQueries({ queryKey: ['registry', 'requests'] })
        void message.success(t('registry.proposed'))
        return onDone()
      }
      const next = await api<ItemCard>(`${path}/${kind}`, { body: { version: card.version, status, ...why } })
      const back = kind === 'remove' ? 'restore' : 'remove'
      await act(async () => next, {
        done: t(kind === 'remove' ? 'registry.removed' : 'registry.restored', { code: card.code }),
        undo: () => api(`${path}/${back}`, { body: { version: next.version, status: card.status, note: t('registry.undone') } })
      })
      onDone()
    } catch (e) {
      setError(e as Error)
    }
  }
  const title = t(own ? (kind === 'remove' ? 'registry.remove' : 'registry.restore') : 'registry.proposeRemoval')
  return (
    <section className="reg-removal" aria-label={title}>
      <h3>{title}</h3>
      <p className="reg-hint">{t(kind === 'remove' ? 'registry.removeHint' : 'registry.restoreHint')}</p>
      {error ? <Alert type="error" showIcon title={error.message} /> : null}
      {own && states.length > 1 ? (
        <Select
          value={status ?? null}
          aria-label={t('registry.field.status')}
          options={states.map((s) => ({ value: s.key, label: s.name[language] }))}
          onChange={setStatus}
        />
      ) : null}
      <Why needed note={note} onNote={setNote} evidence={evidence} onEvidence={setEvidence} />
      <p className="reg-removal-acts">
        <Button
          type="primary"
          danger={kind === 'remove'}
          loading={busy}
          disabled={note.trim() === ''}
          onClick={() => void send()}
        >
          {title}
        </Button>
        <Button onClick={onDone}>{t('registry.cancel')}</Button>
      </p>
    </section>
  )
}
