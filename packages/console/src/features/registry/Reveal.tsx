import type { ItemCard, TypeDetail } from '@chengyun/contract/registry'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { useAct } from '../../parts/useAct.tsx'
import { itemPath } from './data.ts'

export interface RevealProps {
  register: TypeDetail
  card: ItemCard
  onRevealed: (values: Record<string, unknown>) => void
}

const SHORTEST_REASON = 2

/** Shows masked values to whoever says why; the audit keeps it. */
export function Reveal({ register, card, onRevealed }: RevealProps) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const [reason, setReason] = useState('')
  const { act, busy } = useAct([])
  const send = async () => {
    const path = `${itemPath(register.id, card.code)}/reveal`
    const done = await act(() => api<{ attributes: Record<string, unknown> }>(path, { body: { reason: reason.trim() } }), {
      done: t('registry.revealed')
    })
    if (done) onRevealed(done.attributes)
  }
  if (!open)
    return (
      <Button size="small" onClick={() => setOpen(true)}>
        {t('registry.reveal')}
      </Button>
    )
  return (
    <form
      className="reg-reveal"
      onSubmit={(e) => {
        e.preventDefault()
        void send()
      }}
    >
      <Input
        autoFocus
        value={reason}
        maxLength={200}
        placeholder={t('registry.revealWhy')}
        aria-label={t('registry.revealWhy')}
        onChange={(e) => setReason(e.target.value)}
      />
      <Button htmlType="submit" type="primary" loading={busy} disabled={reason.trim().length < SHORTEST_REASON}>
        {t('registry.reveal')}
      </Button>
      <small>{t('registry.revealAudited')}</small>
    </form>
  )
}
