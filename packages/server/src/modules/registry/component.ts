import type { Db, Tx } from '../../platform/db.ts'
import { parseComponentCode, upgradeComponentCode } from './domain/codes.ts'
import { componentClasses } from './ports.ts'
import { findItem } from './queries/items.ts'

const TYPE = 'component'

/** What a case needs to know of the component it is about. */
export interface KnownComponent {
  id: string
  /** As the register has it: the case may have said the code of the other generation. */
  code: string
  classCode: string
  name: string
  status: string
  place: [number, number] | null
  gridCode: string | null
  address: string
  /** Who puts it right: its maintainer, else its owner; null where neither is known. */
  unitId: string | null
  removed: boolean
}

/** The codes a component may stand under: the one that is said, and that of the other generation. */
export function codesOf(code: string): string[] {
  const upgraded = upgradeComponentCode(code, (c) => componentClasses().upgrade(c))
  if (upgraded !== null) return [code, upgraded]
  // 17 digits: the code of 2013 had no 0 before the number of the class (standards of both generations).
  const older = code.slice(0, 8) + code.slice(9)
  const isHeir =
    parseComponentCode(code)?.generation === 2026 && componentClasses().upgrade(older.slice(6, 10)) === code.slice(6, 11)
  return isHeir ? [code, older] : [code]
}

/** A component by its code, of whichever generation; undefined where the register has none. */
export async function findComponent(db: Db | Tx, code: string): Promise<KnownComponent | undefined> {
  for (const one of codesOf(code)) {
    const row = await findItem(db, TYPE, one)
    if (!row) continue
    return {
      id: row.id,
      code: row.code,
      classCode: row.class_code ?? '',
      name: row.name,
      status: row.status,
      place: row.lng === null || row.lat === null ? null : [row.lng, row.lat],
      gridCode: row.grid_code,
      address: row.address,
      unitId: row.maintainer_id ?? row.owner_id,
      removed: row.removed_at !== null
    }
  }
  return undefined
}
