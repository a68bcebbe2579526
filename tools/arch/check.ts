import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Cruised, coverage, cruise, missedFiles, unresolved } from './cruise.ts'
import { filesBelow, moduleOf, sourcesOf } from './files.ts'
import { bootOrder, checkModules, dependsOn, type ModuleFacts, readBootOrder, readModules } from './modules.ts'
import { checkPacks, type PackFindings, packsAreData } from './packs.ts'
import { checkSource, clock, fileLength, words } from './source.ts'
import { checkMigration, foreignKeys, ownSchema, pubViews, type SqlFindings } from './sql.ts'
import type { Fault, Rule } from './types.ts'

/** The rules this program checks by itself. */
export const OWN_RULES: readonly Rule[] = [
  coverage,
  unresolved,
  bootOrder,
  dependsOn,
  ownSchema,
  pubViews,
  foreignKeys,
  clock,
  words,
  fileLength,
  packsAreData
]

export interface Outcome {
  files: number
  cruised: Cruised
  faults: Fault[]
  packs: PackFindings
}

/** Check the tree below `root` against every rule. */
export async function checkTree(root: string): Promise<Outcome> {
  const sources = sourcesOf(root)
  const cruising = cruise(root)
  const modules = readModules(root)
  const schemas = ['platform', ...modules.map((m) => m.name)]
  const found = [...sources.map((file) => checkSource(root, file, schemas)), ...migrations(root, modules, schemas)]
  const packs = checkPacks(root, sources)
  const cruised = await cruising
  const faults = [
    ...missedFiles(cruised.files, sources),
    ...cruised.faults,
    ...checkModules(
      modules,
      readBootOrder(root),
      cruised.imports,
      found.flatMap((f) => f.uses)
    ),
    ...found.flatMap((f) => f.faults),
    ...packs.faults
  ]
  return { files: sources.length, cruised, faults, packs }
}

function migrations(root: string, modules: readonly ModuleFacts[], schemas: readonly string[]): SqlFindings[] {
  return filesBelow(root, 'packages/server/src', /\.sql$/).map((file) => {
    const module = moduleOf(file) ?? 'platform'
    const text = readFileSync(join(root, file), 'utf8')
    return checkMigration({ file, module }, text, schemas, modules.find((m) => m.name === module)?.dependsOn ?? [])
  })
}
