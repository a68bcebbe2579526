import type { OperationKey } from '@chengyun/contract/cases'
import { EmptyState, Skeleton } from '@chengyun/ui'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { useCase } from '../../api/cases.ts'
import { QueryError } from '../../parts/states.tsx'
import { useShortcut } from '../../shell/shortcuts.ts'
import { ActionBar } from './ActionBar.tsx'
import { CaseFacts } from './CaseFacts.tsx'
import { CaseHead, titleOf } from './CaseHead.tsx'
import { CaseMap } from './CaseMap.tsx'
import { CasePhotos } from './CasePhotos.tsx'
import { OperationPanel } from './OperationPanel.tsx'
import { Timeline } from './Timeline.tsx'

export interface CasePaneProps {
  id: string | null
  /** Whether the list is a queue, which a case leaves when it moves on. */
  inQueue: boolean
  onMoved: (id: string, gone: boolean) => void
  onOpen: (id: string) => void
}

/** One case: head and stages, photos and place, facts, what happened, and what may be done now. */
export function CasePane({ id, inQueue, onMoved, onOpen }: CasePaneProps) {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const found = useCase(id)
  const [op, setOp] = useState<OperationKey | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: an act belongs to one case
  useEffect(() => setOp(null), [id])
  useShortcut('p', () => id && navigate(`/cases/${id}/print`), { enabled: id !== null })
  useShortcut('Escape', () => setOp(null), { enabled: op !== null, always: true })
  if (id === null) return <EmptyState title={t('case.none')} hint={t('case.noneHint')} />
  if (found.isPending) return <Skeleton lines={14} />
  if (found.isError && !found.data) {
    return <QueryError of={found} />
  }
  const view = found.data
  const waiting = view.id !== id && view.caseNo !== id
  const can = op ? view.can.find((c) => c.op === op) : undefined
  return (
    <article className={`case${waiting ? ' waiting' : ''}`} aria-busy={waiting}>
      <CaseHead view={view} />
      <div className="case-body">
        <div className="case-main">
          <CasePhotos evidence={view.evidence} />
          <CaseMap view={view} />
          {titleOf(view) === view.description ? null : <p className="case-text">{view.description}</p>}
          <Timeline view={view} />
        </div>
        <CaseFacts view={view} onOpen={onOpen} />
      </div>
      {can && !waiting ? (
        <OperationPanel
          key={can.op}
          view={view}
          can={can}
          onClose={() => setOp(null)}
          onDone={(next) => {
            setOp(null)
            onMoved(view.id, inQueue && next.status !== view.status)
          }}
        />
      ) : null}
      <ActionBar view={view} disabled={waiting} active={op} onChoose={setOp} />
    </article>
  )
}
