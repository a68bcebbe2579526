import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { StandardRef } from '@chengyun/contract/cases'
import { ClassExtensionFile, ClassTableFile, ConditionFile, MappingFile, ResponsibilityFile } from '@chengyun/contract/cases'
import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'

/** A data file that does not follow its schema: which file, and the first faults with their places in it. */
export class DataFileError extends Error {
  readonly path: string
  readonly faults: readonly string[]
  constructor(path: string, faults: readonly string[]) {
    super(`${path}: ${faults.join('; ')}`)
    this.name = 'DataFileError'
    this.path = path
    this.faults = faults
  }
}

/** Reads a JSON file and checks it against its schema. @throws DataFileError naming the file and up to ten faults. */
export async function readDataFile<S extends TSchema>(path: string, schema: S): Promise<Static<S>> {
  let value: unknown
  try {
    value = JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    throw new DataFileError(path, [error instanceof Error ? error.message : String(error)])
  }
  if (!Value.Check(schema, value)) {
    const faults = [...Value.Errors(schema, value)].slice(0, 10).map((e) => `${e.instancePath || '/'} ${e.message}`)
    throw new DataFileError(path, faults)
  }
  return value as Static<S>
}

/** The code files that every city profile shares. */
export interface SharedCodes {
  tables: ReadonlyMap<StandardRef, ClassTableFile>
  mapping: MappingFile
  conditions: ConditionFile
}

/** Reads the shared code folder (`cities/_codes`): both class tables, their mapping, the demonstration conditions. */
export async function readSharedCodes(folder: string): Promise<SharedCodes> {
  const [now, before, mapping, conditions] = await Promise.all([
    readDataFile(join(folder, 'gbt47678.5-2026.json'), ClassTableFile),
    readDataFile(join(folder, 'gbt30428.2-2013.json'), ClassTableFile),
    readDataFile(join(folder, 'mapping-2013-2026.json'), MappingFile),
    readDataFile(join(folder, 'conditions-demo.json'), ConditionFile)
  ])
  return {
    tables: new Map([
      [now.standardRef, now],
      [before.standardRef, before]
    ]),
    mapping,
    conditions
  }
}

/** Reads a city's own classes. */
export function readClassExtension(path: string): Promise<ClassExtensionFile> {
  return readDataFile(path, ClassExtensionFile)
}

/** Reads a city's responsibility rules. */
export function readResponsibility(path: string): Promise<ResponsibilityFile> {
  return readDataFile(path, ResponsibilityFile)
}

/** A unit key of a profile or map as the target of a dispatch rule: `street`, `district:<key>` or `unit:<key>`. */
export function targetOfUnitKey(key: string): string {
  if (key === 'street') return 'street'
  return key.startsWith('district-') ? `district:${key.slice('district-'.length)}` : `unit:${key}`
}

/** The key of the very unit that a unit key means at a place; null where the place does not tell (no street known). */
export function unitKeyAt(key: string, place: { districtCode: string | null; streetCode: string | null }): string | null {
  const { districtCode, streetCode } = place
  if (key === 'street') return streetCode && `street.${streetCode}`
  if (key === 'district-center') return districtCode && `center.${districtCode}`
  return key.startsWith('district-') ? districtCode && `${key.slice('district-'.length)}.${districtCode}` : key
}
