import type { ProposalPage, ProposalView } from '@chengyun/contract/field'
import { useSyncExternalStore } from 'react'
import { useTold } from './server.ts'
import { useWork } from './work.ts'

const SEEN = 'chengyun.field.proposalsSeen'
const listeners = new Set<() => void>()
const seenUntil = (): string => localStorage.getItem(SEEN) ?? ''

/** My corrections of components, the latest first, as the server last told them; and how many were decided since I last looked. */
export function useMyProposals(): { items: readonly ProposalView[]; news: number } {
  const { line, pack } = useWork()
  const isCollector = pack?.person.collector ?? false
  const { told } = useTold<ProposalPage>(
    `chengyun.field.proposals.${pack?.person.id ?? ''}`,
    line.online && isCollector ? '/field/proposals/mine?limit=20' : null,
    pack?.at
  )
  const seen = useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, seenUntil)
  const items = told?.items ?? []
  return { items, news: items.filter((p) => p.decidedAt !== null && p.decidedAt > seen).length }
}

/** What was decided so far has been read. */
export function markSeen(items: readonly ProposalView[]): void {
  const last = items.reduce((max, p) => (p.decidedAt !== null && p.decidedAt > max ? p.decidedAt : max), seenUntil())
  if (last === seenUntil()) return
  localStorage.setItem(SEEN, last)
  for (const listener of listeners) listener()
}
