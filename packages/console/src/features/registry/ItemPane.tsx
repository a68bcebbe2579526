import type { ItemCard, TypeDetail } from '@chengyun/contract/registry'
import { EmptyState, Skeleton } from '@chengyun/ui'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../api/session.ts'
import { QueryError } from '../../parts/states.tsx'
import { useShortcut } from '../../shell/shortcuts.ts'
import { Actuation } from '../alarms/Actuation.tsx'
import { ItemStreams } from '../streams/ItemStreams.tsx'
import { CardActs } from './CardActs.tsx'
import { CardCases } from './CardCases.tsx'
import { CardFacts } from './CardFacts.tsx'
import { CardHead } from './CardHead.tsx'
import { CardHistory } from './CardHistory.tsx'
import { CardPhotos } from './CardPhotos.tsx'
import { CardPlace } from './CardPlace.tsx'
import { useItem } from './data.ts'
import { ItemEdit } from './ItemEdit.tsx'
import { Removal } from './Removal.tsx'

export type CardMode = 'read' | 'edit' | 'remove' | 'restore'

export interface ItemPaneProps {
  register: TypeDetail
  code: string | null
  onOpen: (code: string | null) => void
}

/** The card of an item (身份证): what it is, where, whose, what happened to it, and what may be done. */
export function ItemPane({ register, code, onOpen }: ItemPaneProps) {
  const { t } = useTranslation()
  const may = useMay()
  const found = useItem(register.id, code)
  const [mode, setMode] = useState<CardMode>('read')
  // biome-ignore lint/correctness/useExhaustiveDependencies: an act belongs to one item
  useEffect(() => setMode('read'), [code])
  useShortcut('Escape', () => setMode('read'), { enabled: mode !== 'read', always: true })
  if (code === null) return <EmptyState title={t('registry.noCard')} hint={t('registry.noCardHint')} />
  if (found.isPending) return <Skeleton lines={14} />
  if (found.isError && found.data?.code !== code) return <QueryError of={found} />
  const card = found.data as ItemCard
  const waiting = card.code !== code
  return (
    <article className={`reg-item${waiting ? ' waiting' : ''}`} aria-busy={waiting}>
      <CardHead register={register} card={card} />
      {mode === 'edit' && !waiting ? (
        <ItemEdit key={card.code} register={register} card={card} onDone={() => setMode('read')} />
      ) : (
        <div className="reg-item-body">
          <CardPlace register={register} card={card} />
          <CardPhotos register={register} card={card} />
          <CardFacts register={register} card={card} onOpen={onOpen} />
          <ItemStreams type={register.id} code={card.code} itemId={card.id} className="reg-streams" />
          {may('alarms:read') ? <Actuation item={card} /> : null}
          <CardCases card={card} />
          <CardHistory register={register} card={card} />
        </div>
      )}
      {(mode === 'remove' || mode === 'restore') && !waiting ? (
        <Removal key={mode} register={register} card={card} kind={mode} onDone={() => setMode('read')} />
      ) : null}
      {mode === 'read' ? <CardActs register={register} card={card} disabled={waiting} onMode={setMode} /> : null}
    </article>
  )
}
