import type { CaseRowView } from '@chengyun/contract/cases'
import type { Client } from './client.ts'

const PAGE = 200

/** All open cases, the oldest first. */
export async function* openCases(client: Client, reader: string): AsyncGenerator<CaseRowView> {
  let cursor: string | null = null
  do {
    const page: { items: CaseRowView[]; nextCursor: string | null } = await client.get(
      reader,
      `/api/cases?open=true&sort=reportedAt&limit=${PAGE}${cursor ? `&cursor=${cursor}` : ''}`
    )
    yield* page.items
    cursor = page.nextCursor
  } while (cursor)
}

/** Closed cases somebody still has to call about, and those whose reporter was not satisfied. */
export async function closedCases(client: Client, reader: string): Promise<CaseRowView[]> {
  const visits = await client.get<{ items: CaseRowView[] }>(reader, '/api/cases?queue=toVisit&sort=reportedAt&limit=40')
  const unsatisfied = await client.get<{ items: CaseRowView[] }>(reader, '/api/cases?queue=unsatisfied&limit=10')
  return [...visits.items, ...unsatisfied.items]
}
