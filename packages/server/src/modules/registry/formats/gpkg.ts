import { DatabaseSync } from 'node:sqlite'
import { crsNamed } from '../domain/batch/crs.ts'
import { parseGpkg } from '../domain/batch/geometry.ts'
import {
  BLOCK_ROWS,
  BrokenFile,
  cellOf,
  type FileFacts,
  firstPosition,
  type ReadOptions,
  type RowBlock,
  SAMPLE_ROWS
} from './types.ts'

interface Layer {
  table: string
  geometryColumn: string | null
  kind: string | null
  crs: string | null
}
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

function withFile<T>(path: string, run: (db: DatabaseSync) => T): T {
  let db: DatabaseSync | null = null
  try {
    db = new DatabaseSync(path, { readOnly: true })
    return run(db)
  } catch (error) {
    throw error instanceof BrokenFile ? error : new BrokenFile(error instanceof Error ? error.message : String(error))
  } finally {
    db?.close()
  }
}

function layersOf(db: DatabaseSync): Layer[] {
  const rows = db
    .prepare(
      `select c.table_name as tab, g.column_name as col, g.geometry_type_name as kind, s.organization as org, s.organization_coordsys_id as code, s.definition as def
       from gpkg_contents c left join gpkg_geometry_columns g on g.table_name = c.table_name
       left join gpkg_spatial_ref_sys s on s.srs_id = g.srs_id where c.data_type in ('features', 'attributes') order by c.rowid`
    )
    .all() as {
    tab: string
    col: string | null
    kind: string | null
    org: string | null
    code: number | null
    def: string | null
  }[]
  return rows.map((r) => ({
    table: r.tab,
    geometryColumn: r.col,
    kind: r.kind,
    crs: (r.code && r.code > 0 ? crsNamed(`${r.org}:${r.code}`) : null) ?? (r.def ? crsNamed(r.def) : null)
  }))
}

function choose(layers: readonly Layer[], wanted: string | undefined): Layer {
  const layer =
    wanted === undefined ? (layers.find((l) => l.geometryColumn !== null) ?? layers[0]) : layers.find((l) => l.table === wanted)
  if (!layer) throw new BrokenFile('there is no table with features in it')
  return layer
}

const columnsOf = (db: DatabaseSync, layer: Layer): string[] =>
  (db.prepare(`select name from pragma_table_info(?)`).all(layer.table) as { name: string }[])
    .map((c) => c.name)
    .filter((name) => name !== layer.geometryColumn)

const blobOf = (value: unknown) => (value instanceof Uint8Array ? parseGpkg(value) : null)
const GEOMETRY_NAMES: Readonly<Record<string, string>> = { POINT: 'Point', LINESTRING: 'LineString', POLYGON: 'Polygon' }

export const inspectGpkg = (path: string, { layer: wanted }: ReadOptions): FileFacts =>
  withFile(path, (db) => {
    const layers = layersOf(db)
    const layer = choose(layers, wanted)
    const columns = columnsOf(db, layer)
    const statement = db.prepare(`select * from ${quoted(layer.table)} limit 200`)
    statement.setReadBigInts(true)
    const rows = statement.all() as Record<string, unknown>[]
    const geometries = layer.geometryColumn === null ? [] : rows.map((r) => blobOf(r[layer.geometryColumn as string]))
    return {
      format: 'gpkg',
      layers: [layer.table, ...layers.filter((l) => l !== layer).map((l) => l.table)],
      encoding: 'utf-8',
      columns,
      sample: rows.slice(0, SAMPLE_ROWS).map((r) => columns.map((c) => cellOf(r[c]))),
      geometry:
        layer.geometryColumn === null
          ? null
          : (GEOMETRY_NAMES[layer.kind ?? ''] ?? geometries.find((g) => g !== null)?.type ?? 'Geometry'),
      points: geometries.flatMap((g) => [firstPosition(g)].filter((p) => p !== null)),
      crs: layer.crs
    }
  })

/** Rows in the order of the table. SQLite hands them over at once: whoever reads must let others run in between. */
export async function* readGpkg(
  path: string,
  { layer: wanted }: ReadOptions,
  columns: readonly string[]
): AsyncGenerator<RowBlock> {
  const db = new DatabaseSync(path, { readOnly: true })
  try {
    const layer = choose(layersOf(db), wanted)
    const total = (db.prepare(`select count(*) as n from ${quoted(layer.table)}`).get() as { n: number }).n
    const statement = db.prepare(`select * from ${quoted(layer.table)} order by rowid`)
    statement.setReadBigInts(true)
    let done = 0
    let block: RowBlock = { cells: [], geometries: [], share: 0 }
    for (const value of statement.iterate()) {
      const row = value as Record<string, unknown>
      block.cells.push(columns.map((c) => cellOf(row[c])))
      block.geometries?.push(layer.geometryColumn === null ? null : blobOf(row[layer.geometryColumn]))
      if (++done % BLOCK_ROWS !== 0) continue
      yield { ...block, share: done / total }
      block = { cells: [], geometries: [], share: 0 }
    }
    if (block.cells.length > 0) yield { ...block, share: 1 }
  } finally {
    db.close()
  }
}
