import { type HotlineMessageView, type HotlineSystemView, ORDER_STATES, type ReconciliationView } from '@chengyun/contract/public'
import type { CountedSystem, MessageRow, ReconciliationRow } from './queries/hotline.ts'

const instant = (at: Date | null): string | null => at?.toISOString() ?? null

/** A system as its administrator sees it; the secret only where it was just made. */
export const presentSystem = (row: CountedSystem, secret?: string): HotlineSystemView => ({
  id: row.id,
  key: row.key,
  name: row.name,
  webhookUrl: row.webhookUrl,
  listUrl: row.listUrl,
  crs: row.crs,
  enabled: row.enabled,
  createdAt: row.createdAt.toISOString(),
  createdBy: row.createdByName,
  secretAt: row.secretAt.toISOString(),
  orders: row.orders,
  waiting: row.waiting,
  dead: row.dead,
  ...(secret !== undefined && { secret })
})

export const presentMessage = (row: MessageRow & { blocked: boolean }): HotlineMessageView => ({
  id: row.id,
  systemId: row.systemId,
  orderNo: row.orderNo,
  seq: row.seq,
  status: ORDER_STATES[row.status],
  caseNo: row.facts.caseNo,
  state: row.state,
  blocked: row.blocked,
  attempts: row.attempts,
  queuedAt: row.queuedAt.toISOString(),
  nextAt: row.state === 'waiting' ? instant(row.nextAt) : null,
  deliveredAt: instant(row.deliveredAt),
  lastError: row.lastError
})

export const presentReconciliation = (row: ReconciliationRow): ReconciliationView => ({ ...row, at: row.at.toISOString() })
