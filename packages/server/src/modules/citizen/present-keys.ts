import type { Open311KeyView } from '@chengyun/contract/public'
import type { Open311KeyTable } from './tables.ts'

const instant = (at: Date | null): string | null => at?.toISOString() ?? null

/** A key as its administrator sees it; the key itself only where it was just made. */
export const presentOpen311Key = (row: Open311KeyTable & { key?: string }): Open311KeyView => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  createdAt: row.created_at.toISOString(),
  createdBy: row.created_by_name,
  lastUsedAt: instant(row.last_used_at),
  revokedAt: instant(row.revoked_at),
  ...(row.key !== undefined && { key: row.key })
})
