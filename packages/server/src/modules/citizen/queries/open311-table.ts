import { readFileSync } from 'node:fs'
import { Open311ServiceFile } from '@chengyun/contract/public'
import { Value } from 'typebox/value'
import type { CaseEnv } from '../../cases/index.ts'
import { ServiceTable } from '../domain/open311-services.ts'
import { listClassMappings } from './open311.ts'

const FILE = new URL('../../../../../../cities/_codes/open311-services.json', import.meta.url)

/** Services ↔ classes of this city, made anew when the classes were. @throws Error when the file is not as it should be */
export async function serviceTableOf(env: CaseEnv): Promise<() => ServiceTable> {
  const file: unknown = JSON.parse(readFileSync(FILE, 'utf8'))
  if (!Value.Check(Open311ServiceFile, file))
    throw new Error(`open311-services.json: ${JSON.stringify(Value.Errors(Open311ServiceFile, file)[0])}`)
  const mappings = await listClassMappings(env.db)
  let made: { from: object; table: ServiceTable } | undefined
  return () => {
    // The classes are another object when they were loaded anew.
    const from = env.reference.classes
    if (made?.from !== from) made = { from, table: new ServiceTable(file, [...from.values()], mappings) }
    return made.table
  }
}
