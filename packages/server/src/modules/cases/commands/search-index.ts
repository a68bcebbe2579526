import { sql } from 'kysely'
import type { Tx } from '../../../platform/db.ts'
import { indexTerms, monthTerm } from '../search.ts'

/** (Re)build the search words of cases. Class names are found by the class filter; people are not searchable here. */
export async function indexCases(tx: Tx, caseIds: readonly string[]): Promise<void> {
  const { rows } = await sql<{ id: string; reported_at: Date; text: string }>`
    select c.id, c.reported_at, concat_ws(' ', c.case_no, c.description, c.address, c.external_no, k.name) as text
    from cases."case" c left join cases.class k on k.standard_ref = c.standard_ref and k.kind = c.kind and k.code = c.class_code where c.id = any(${caseIds}::uuid[])`.execute(
    tx
  )
  const words = rows.map((r) => ({ id: r.id, at: r.reported_at, terms: [...indexTerms(r.text), monthTerm(r.reported_at)] }))
  await sql`insert into cases.search (case_id, reported_at, tokens)
    select (w->>'id')::uuid, (w->>'at')::timestamptz, array_to_tsvector(array(select jsonb_array_elements_text(w->'terms'))) from jsonb_array_elements(${JSON.stringify(words)}::jsonb) w
    on conflict (case_id) do update set tokens = excluded.tokens`.execute(tx)
}
