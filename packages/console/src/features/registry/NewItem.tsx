import type { ItemCard, TypeDetail } from '@chengyun/contract/registry'
import { KeyHint, Skeleton } from '@chengyun/ui'
import { useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button } from 'antd'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { api } from '../../api/client.ts'
import { newKey } from '../../api/key.ts'
import { QueryError } from '../../parts/states.tsx'
import { usePreferences } from '../../preferences.tsx'
import { listAddress } from './address.ts'
import { useRegister } from './data.ts'
import { type Draft, factsOf, filledFields } from './draft.ts'
import { faultsOf } from './faults.ts'
import { ItemForm } from './ItemForm.tsx'
import { NearBy } from './NearBy.tsx'
import { PlaceInput } from './PlaceInput.tsx'
import { Why } from './Why.tsx'

/** A new item of a register: its place first, then its form; code and grid are worked out. */
export default function NewItem({ type }: { type: string }) {
  const register = useRegister(type)
  if (register.isError) return <QueryError of={register} />
  if (!register.data) return <Skeleton lines={14} />
  return <NewForm register={register.data} />
}

function NewForm({ register }: { register: TypeDetail }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const { message } = App.useApp()
  const client = useQueryClient()
  const [, navigate] = useLocation()
  const d = register.declaration
  const [draft, setDraft] = useState<Draft>({ status: d.initialState })
  const [note, setNote] = useState('')
  const [evidence, setEvidence] = useState<string[]>([])
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<Error | null>(null)
  const faults = useMemo(() => faultsOf(error, language), [error, language])
  const key = useRef(newKey())
  /** What the map wrote into the address; other words are the person's own and stay. */
  const written = useRef('')
  const set = (field: string, value: unknown) => setDraft((old) => ({ ...old, [field]: value }))
  const send = async () => {
    if (busy) return
    setBusy(true)
    setError(null)
    const facts = factsOf(d, draft, filledFields(draft))
    const code = typeof draft['code'] === 'string' && draft['code'].trim() ? { code: draft['code'].trim() } : {}
    const body = {
      ...facts,
      ...code,
      ...(note.trim() ? { note: note.trim() } : {}),
      ...(evidence.length > 0 ? { evidenceIds: evidence } : {})
    }
    try {
      const made = await api<ItemCard>(`/registry/items/${register.id}`, { body, idempotencyKey: key.current })
      void client.invalidateQueries({ queryKey: ['registry'] })
      void message.success(t('registry.added', { code: made.code }))
      navigate(listAddress(register.id, made.code))
    } catch (e) {
      key.current = newKey()
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
  const place = Array.isArray(draft['place']) ? (draft['place'] as [number, number]) : null
  return (
    <div className="reg-new">
      <div className="reg-new-form">
        <header>
          <h1>{t('registry.newOf', { name: d.name[language] })}</h1>
          <p className="reg-hint">{t(d.code.rule === 'given' ? 'registry.codeGiven' : 'registry.codeMade')}</p>
        </header>
        {error ? <Alert type="error" showIcon title={error.message} /> : null}
        <ItemForm register={register} draft={draft} onChange={set} faults={faults} card={null} />
        <Why note={note} onNote={setNote} evidence={evidence} onEvidence={setEvidence} />
        <footer className="reg-acts">
          <Button type="primary" loading={busy} onClick={() => void send()}>
            {t('registry.create')} <KeyHint>Ctrl</KeyHint> <KeyHint>↵</KeyHint>
          </Button>
          <Link href={`/registers/list/${register.id}`}>
            <Button>{t('registry.cancel')}</Button>
          </Link>
        </footer>
      </div>
      {d.geometry === 'none' ? null : (
        <div className="reg-new-map">
          <PlaceInput
            geometry={d.geometry}
            value={draft['place']}
            start={null}
            onChange={(at, address) => {
              set('place', at)
              const now = typeof draft['address'] === 'string' ? draft['address'] : ''
              if (!address || (now.trim() && now !== written.current)) return
              written.current = address
              set('address', address)
            }}
          />
          {place ? (
            <NearBy register={register} place={place} kind={typeof draft['class'] === 'string' ? draft['class'] : null} />
          ) : null}
        </div>
      )}
    </div>
  )
}
