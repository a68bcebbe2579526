/** What is land around the city, for the base map. */
import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import { type CoastFile, landOf } from '../domain/coast.ts'
import { encodeShape } from '../domain/shape.ts'
import { raiseRevision } from './bulk.ts'

/** Stores the land of a coast file in place of what was known. */
export const saveSurface = command(async (tx, file: CoastFile, ctx): Promise<{ pieces: number }> => {
  const [w, s, e, n] = file.extent
  await sql`insert into geo.surface (kind, shape, w, s, e, n, origin)
    values ('land', ${encodeShape(landOf(file))}, ${w}, ${s}, ${e}, ${n}, ${file.origin})
    on conflict (kind) do update set shape = excluded.shape, w = excluded.w, s = excluded.s, e = excluded.e, n = excluded.n,
      origin = excluded.origin`.execute(tx)
  await raiseRevision(tx)
  ctx.audit({ action: 'geo.saveSurface', result: 'ok', after: { pieces: file.land.length, origin: file.origin } })
  return { pieces: file.land.length }
})
