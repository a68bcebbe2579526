import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { ErrorCatalogue } from '../../packages/server/src/platform/errors.ts'
import type { ModuleDef } from '../../packages/server/src/platform/module.ts'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const CONTRACT = join(ROOT, 'packages/contract/src')
const SERVER = join(ROOT, 'packages/server/src')

export interface ContractModule {
  name: string
  exports: Record<string, unknown>
}

/** Every folder of the contract with what its index.ts exports, by name. */
export async function readContract(): Promise<ContractModule[]> {
  const names = readdirSync(CONTRACT)
    .filter((name) => existsSync(join(CONTRACT, name, 'index.ts')))
    .sort()
  return Promise.all(
    names.map(async (name) => ({
      name,
      exports: (await import(pathToFileURL(join(CONTRACT, name, 'index.ts')).href)) as Record<string, unknown>
    }))
  )
}

export async function readModules(): Promise<readonly ModuleDef[]> {
  return ((await import(pathToFileURL(join(SERVER, 'modules.ts')).href)) as { MODULES: readonly ModuleDef[] }).MODULES
}

/** Error catalogues of a contract module: everything exported as SOMETHING_ERRORS. */
export const cataloguesOf = (module: ContractModule): ErrorCatalogue[] =>
  Object.entries(module.exports)
    .filter(([name]) => name.endsWith('_ERRORS'))
    .map(([, value]) => value as ErrorCatalogue)

export interface SourceFile {
  file: string
  text: string
}

/** Sources of the server without tests. */
export function serverSources(): SourceFile[] {
  return readdirSync(SERVER, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => /\.ts$/.test(file) && !/\.(test|testing)\.ts$/.test(file))
    .sort()
    .map((file) => ({ file, text: readFileSync(join(SERVER, file), 'utf8') }))
}

export const readText = (file: string): string => readFileSync(join(ROOT, file), 'utf8')
