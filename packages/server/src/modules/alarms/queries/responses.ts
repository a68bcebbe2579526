import { DEFAULT_RESPONSE, type ResponseDeclaration } from '@chengyun/contract/alarms'
import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'

/** Pack of what the city itself decides. */
export const CITY = 'city'

export interface ResponseRow {
  pack: string
  key: string
  declaration: ResponseDeclaration
  version: number
  updated_at: Date
  updated_by_name: string
}

/** All responses, by pack and key. */
export async function listResponses(db: Db | Tx): Promise<ResponseRow[]> {
  const { rows } = await sql<ResponseRow>`select pack, key, declaration, version, updated_at, updated_by_name
    from alarms.response order by pack, key`.execute(db)
  return rows
}

/** Which response is in force for what a rule of a pack names. */
export type Responses = (pack: string, key: string | null) => ResponseDeclaration

export async function responsesInForce(db: Db | Tx): Promise<Responses> {
  const rows = await listResponses(db)
  const byName = new Map(rows.map((r) => [`${r.pack}/${r.key}`, r.declaration]))
  const fallback = byName.get(`${CITY}/${DEFAULT_RESPONSE.key}`) ?? DEFAULT_RESPONSE
  return (pack, key) => (key === null ? undefined : byName.get(`${pack}/${key}`)) ?? fallback
}
