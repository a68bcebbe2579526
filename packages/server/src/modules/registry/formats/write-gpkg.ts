import { DatabaseSync } from 'node:sqlite'
import type { ExportColumn } from '../export-columns.ts'
import type { WrittenRows } from './write-table.ts'

const SRS = 4490
const DEFINITION =
  'GEOGCS["China Geodetic Coordinate System 2000",DATUM["China_2000",SPHEROID["CGCS2000",6378137,298.257222101]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4490"]]'
const TYPES = { text: 'TEXT', integer: 'INTEGER', number: 'DOUBLE', boolean: 'BOOLEAN', date: 'DATE' } as const
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** WKB of a geometry, little-endian. */
function wkb({ type, coordinates }: { type: string; coordinates: unknown }): Buffer {
  const parts: Buffer[] = []
  const head = (kind: number): void => {
    const b = Buffer.alloc(5)
    b[0] = 1
    b.writeUInt32LE(kind, 1)
    parts.push(b)
  }
  const count = (n: number): void => {
    const b = Buffer.alloc(4)
    b.writeUInt32LE(n)
    parts.push(b)
  }
  const pair = ([x, y]: [number, number]): void => {
    const b = Buffer.alloc(16)
    b.writeDoubleLE(x, 0)
    b.writeDoubleLE(y, 8)
    parts.push(b)
  }
  const line = (l: [number, number][]): void => {
    count(l.length)
    l.forEach(pair)
  }
  const polygon = (rings: [number, number][][]): void => {
    head(3)
    count(rings.length)
    rings.forEach(line)
  }
  if (type === 'Point') {
    head(1)
    pair(coordinates as [number, number])
  } else if (type === 'LineString') {
    head(2)
    line(coordinates as [number, number][])
  } else if (type === 'Polygon') polygon(coordinates as [number, number][][])
  else {
    const polygons = coordinates as [number, number][][][]
    head(6)
    count(polygons.length)
    polygons.forEach(polygon)
  }
  return Buffer.concat(parts)
}

/** The blob of a GeoPackage: head without a box, then WKB. */
function blobOf(geometry: { type: string; coordinates: unknown }): Buffer {
  const head = Buffer.from([0x47, 0x50, 0, 1, 0, 0, 0, 0])
  head.writeInt32LE(SRS, 4)
  return Buffer.concat([head, wkb(geometry)])
}

/** Writes a GeoPackage 1.3 (OGC 12-128r18) with one table, CGCS2000. `now` stands as the moment of the last change. */
export async function writeGpkg(
  path: string,
  table: string,
  columns: readonly ExportColumn[],
  rows: WrittenRows,
  hasPlace: boolean,
  now: Date
): Promise<void> {
  const db = new DatabaseSync(path)
  try {
    db.exec(`pragma application_id = 1196444487; pragma user_version = 10300; pragma journal_mode = off; pragma synchronous = off;
      create table gpkg_spatial_ref_sys (srs_name text not null, srs_id integer primary key, organization text not null, organization_coordsys_id integer not null, definition text not null, description text);
      create table gpkg_contents (table_name text primary key, data_type text not null, identifier text unique, description text default '', last_change datetime not null,
        min_x double, min_y double, max_x double, max_y double, srs_id integer references gpkg_spatial_ref_sys(srs_id));
      create table gpkg_geometry_columns (table_name text not null, column_name text not null, geometry_type_name text not null, srs_id integer not null, z tinyint not null, m tinyint not null,
        primary key (table_name, column_name), foreign key (table_name) references gpkg_contents(table_name), foreign key (srs_id) references gpkg_spatial_ref_sys(srs_id));`)
    const srs = db.prepare('insert into gpkg_spatial_ref_sys values (?, ?, ?, ?, ?, null)')
    srs.run('Undefined cartesian SRS', -1, 'NONE', -1, 'undefined')
    srs.run('Undefined geographic SRS', 0, 'NONE', 0, 'undefined')
    srs.run(
      'WGS 84',
      4326,
      'EPSG',
      4326,
      'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]'
    )
    srs.run('China Geodetic Coordinate System 2000', SRS, 'EPSG', SRS, DEFINITION)
    db.exec(
      `create table ${quoted(table)} (fid integer primary key autoincrement${hasPlace ? ', geom GEOMETRY' : ''}${columns.map((c) => `, ${quoted(c.key)} ${TYPES[c.kind]}`).join('')})`
    )
    const insert = db.prepare(
      `insert into ${quoted(table)} (${[...(hasPlace ? ['geom'] : []), ...columns.map((c) => quoted(c.key))].join(', ')}) values (${[...(hasPlace ? ['?'] : []), ...columns.map(() => '?')].join(', ')})`
    )
    const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity]
    const reach = (at: unknown): void => {
      const list = at as unknown[]
      if (typeof list[0] !== 'number') {
        list.forEach(reach)
        return
      }
      const [x, y] = list as [number, number]
      box[0] = Math.min(box[0], x)
      box[1] = Math.min(box[1], y)
      box[2] = Math.max(box[2], x)
      box[3] = Math.max(box[3], y)
    }
    db.exec('begin')
    for await (const some of rows)
      for (const { cells, geometry } of some) {
        if (geometry) reach(geometry.coordinates)
        const values = cells.map((c) => (typeof c === 'boolean' ? Number(c) : c))
        insert.run(...(hasPlace ? [geometry ? blobOf(geometry) : null] : []), ...values)
      }
    const known = Number.isFinite(box[0])
    db.prepare('insert into gpkg_contents values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
      table,
      hasPlace ? 'features' : 'attributes',
      table,
      '',
      now.toISOString(),
      ...(known ? box : [null, null, null, null]),
      hasPlace ? SRS : null
    )
    if (hasPlace) db.prepare('insert into gpkg_geometry_columns values (?, ?, ?, ?, 0, 0)').run(table, 'geom', 'GEOMETRY', SRS)
    db.exec('commit')
  } finally {
    db.close()
  }
}
