/**
 * A published census as it was: the register at the moment of its publication, within its scope. Nothing is kept apart for it: the changes
 * since are taken off the rows as they are now (their history is whole and only grows).
 */
import type { BatchScope, VersionQuery } from '@chengyun/contract/registry'
import type { Db } from '../../platform/db.ts'
import { rewound } from './domain/rewind.ts'
import { type DiffFilter, type DiffRecord, listDiffRows } from './queries/batch-lists.ts'
import type { BatchRecord } from './queries/batches.ts'
import type { ItemRecord } from './queries/items.ts'
import { listBrought, listRowsOf, listRowsSince, type RowSince } from './queries/versions.ts'

type Published = BatchRecord & { published_at: Date }
export type VersionFilter = Pick<VersionQuery, 'q' | 'class' | 'within'>

export const isPublished = (batch: BatchRecord): batch is Published => batch.state === 'published' && batch.published_at !== null

/** Rows read at once, at least. */
const LOOKED = 500

/** A page of a version by code. */
export async function versionPage(
  db: Db,
  batch: Published,
  filter: VersionFilter,
  cursor: string,
  limit: number
): Promise<{ rows: ItemRecord[]; next: string | null }> {
  const out: ItemRecord[] = []
  const looked = Math.max(LOOKED, limit)
  const fits = fitting(batch.scope, filter)
  const scope = narrowed(batch.scope, filter)
  for (let after = cursor; ; ) {
    const page = await listRowsSince(db, batch.type_id, batch.published_at, scope, after, looked)
    for (const one of page) {
      const row = rewound(one.row, one.since)
      if (row === null || !fits(row)) continue
      if (out.length === limit) return { rows: out, next: out.at(-1)?.code ?? null }
      out.push(row)
    }
    if (page.length < looked) return { rows: out, next: null }
    after = page.at(-1)?.row.code ?? after
  }
}

/** What is asked for narrows what the database has to look through; what changed since is looked at all the same. */
const narrowed = (scope: BatchScope, filter: VersionFilter): BatchScope => ({
  ...scope,
  ...(filter.within !== undefined && { districts: [filter.within] }),
  ...(filter.class !== undefined && { classes: [filter.class] })
})

function fitting({ districts = [], classes = [] }: BatchScope, filter: VersionFilter): (row: ItemRecord) => boolean {
  const q = filter.q?.trim().toUpperCase()
  return (row) =>
    (districts.length === 0 || districts.some((d) => row.grid_code?.startsWith(d))) &&
    (classes.length === 0 || classes.includes(row.class_code ?? '')) &&
    (filter.within === undefined || row.grid_code?.startsWith(filter.within) === true) &&
    (filter.class === undefined || row.class_code === filter.class) &&
    (!q || row.code.toUpperCase().startsWith(q) || row.name.toUpperCase().includes(q) || row.address.toUpperCase().includes(q))
}

/** What a published batch changed, row by row: before it and after it, whatever happened since. */
export async function publishedDiff(db: Db, batch: Published, f: DiffFilter): Promise<DiffRecord[]> {
  const rows =
    batch.progress.empty && f.kind === 'added'
      ? (await listBrought(db, batch.id, batch.type_id, f.cursor, f.limit)).map((code) => ({
          code,
          class_code: null,
          moved_m: null
        }))
      : await listDiffRows(db, batch.id, f)
  const codes = rows.map((r) => r.code)
  const found = new Map(
    (await listRowsOf(db, batch.type_id, codes, batch.published_at, batch.id)).map((one) => [one.row.code, one])
  )
  return rows.map((r) => ({
    ...r,
    kind: f.kind,
    ...sidesOf(batch, found.get(r.code)),
    class_code: r.class_code ?? found.get(r.code)?.row.class_code ?? null
  }))
}

function sidesOf(batch: Published, one: RowSince | undefined): Pick<DiffRecord, 'before' | 'after'> {
  if (!one) return { before: null, after: null }
  const own = one.since.findIndex((c) => c.source_ref === batch.id)
  const later = own === -1 ? one.since : one.since.slice(0, own)
  const after = rewound(one.row, later)
  return { after, before: own === -1 ? null : rewound(one.row, one.since) }
}

/** The rows of a sample as they were published. */
export async function publishedRows(db: Db, batch: Published, codes: readonly string[]): Promise<Map<string, ItemRecord>> {
  const rows = await listRowsOf(db, batch.type_id, codes, batch.published_at, null)
  return new Map(
    rows.flatMap(({ row, since }) => {
      const then = rewound(row, since)
      return then ? [[row.code, then] as const] : []
    })
  )
}
