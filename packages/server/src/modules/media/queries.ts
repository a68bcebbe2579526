import type { Db, Tx } from '../../platform/db.ts'
import './tables.ts'

/** One file, or undefined. */
export function findFile(db: Db, id: string) {
  return db.selectFrom('media.file').selectAll().where('id', '=', id).executeTakeFirst()
}
export type FileRow = NonNullable<Awaited<ReturnType<typeof findFile>>>

/** Several files by id, in the order of their upload; ids that do not exist are left out. */
export async function findFiles(db: Db, ids: readonly string[]): Promise<FileRow[]> {
  if (ids.length === 0) return []
  return db.selectFrom('media.file').selectAll().where('id', 'in', ids).orderBy('uploaded_at').orderBy('id').execute()
}

/** All files of a record, in the order of their upload. */
export function filesOf(db: Db, ownerType: string, ownerId: string): Promise<FileRow[]> {
  return db
    .selectFrom('media.file')
    .selectAll()
    .where('owner_type', '=', ownerType)
    .where('owner_id', '=', ownerId)
    .orderBy('uploaded_at')
    .orderBy('id')
    .execute()
}

/** Files that belonged to nothing before an instant, oldest first. */
export function orphansBefore(db: Db, before: Date, limit: number): Promise<{ id: string; sha256: string }[]> {
  return db
    .selectFrom('media.file')
    .select(['id', 'sha256'])
    .where('owner_id', 'is', null)
    .where('uploaded_at', '<', before)
    .orderBy('uploaded_at')
    .limit(limit)
    .execute()
}

/** Does any row name these bytes? Asked inside the transaction that holds their lock. */
export async function isNamed(tx: Tx, sha256: string): Promise<boolean> {
  const row = await tx.selectFrom('media.file').select('id').where('sha256', '=', sha256).limit(1).executeTakeFirst()
  return row !== undefined
}
