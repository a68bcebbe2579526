import type { StreamDeclaration } from '@chengyun/contract/streams'
import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'

export interface TemplateRecord {
  type_id: string
  key: string
  declaration: StreamDeclaration
  origin: string
  version: number
  updated_at: Date
}

/** Templates of a register, or of all; by register and key. */
export async function listTemplates(db: Db | Tx, typeId: string | null = null): Promise<TemplateRecord[]> {
  const { rows } = await sql<TemplateRecord>`select type_id, key, declaration, origin, version, updated_at from streams.template
    where ${typeId}::text is null or type_id = ${typeId} order by type_id, key`.execute(db)
  return rows
}

export async function findTemplate(db: Db | Tx, typeId: string, key: string): Promise<TemplateRecord | undefined> {
  const { rows } = await sql<TemplateRecord>`select type_id, key, declaration, origin, version, updated_at from streams.template
    where type_id = ${typeId} and key = ${key}`.execute(db)
  return rows[0]
}
