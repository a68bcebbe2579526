import { sql } from 'kysely'
import type { Tx } from '../../../platform/db.ts'
import { StaError } from '../domain/sta/fault.ts'
import { camel, KEY } from '../domain/sta/stream-words.ts'

/** What somebody calls it, or a word of what is observed; numbered where the thing has that already. @throws StaError */
export async function keyFor(tx: Tx, thing: number, given: unknown, property: number): Promise<string> {
  if (given !== undefined) {
    if (typeof given !== 'string' || !KEY.test(given))
      throw new StaError('properties.key is a small letter and letters or digits, at most 40')
    return given
  }
  const { rows } = await sql<{
    name: string
    definition: string
    keys: string[]
  }>`select p.name, p.definition, array(select key from streams.stream
    where thing_id = ${thing} and removed_at is null) as keys from streams.observed_property p where p.id = ${property}`.execute(
    tx
  )
  const { name = '', definition = '', keys = [] } = rows[0] ?? {}
  const word = camel(name) || camel(definition.split(/[/#:]/).at(-1) ?? '') || 'value'
  if (!keys.includes(word)) return word
  let n = 2
  while (keys.includes(`${word.slice(0, 34)}${n}`)) n += 1
  return `${word.slice(0, 34)}${n}`
}
