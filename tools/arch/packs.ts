import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { filesBelow, isTest } from './files.ts'
import type { Fault } from './types.ts'

export const packsAreData = {
  name: 'packs-are-data',
  why: 'A scenario pack is data that a city installs and removes: no code in it, and no pack known to the kernel by name (ADR 0021).'
}

const SCENARIOS = 'scenarios'
/** What a pack may consist of; anything else in it is a hook. */
const DATA = /\.(json|md|csv|geojson)$/

export interface PackFindings {
  packs: number
  /** Files of packs that are code. */
  hooks: number
  faults: Fault[]
}

/** Looks through the packs for code, and through the sources of the packages for packs. */
export function checkPacks(root: string, sources: readonly string[]): PackFindings {
  if (!existsSync(join(root, SCENARIOS))) return { packs: 0, hooks: 0, faults: [] }
  const ids = readdirSync(join(root, SCENARIOS), { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? e.name : []))
  const code = filesBelow(root, SCENARIOS, /./).filter((file) => !DATA.test(file))
  const names = ids.join('|')
  const known = new RegExp(`${SCENARIOS}/(?:${names})\\b|\\bpack(?:\\.id|Id)?\\s*[!=]==?\\s*['"](?:${names})['"]`)
  const kernel = sources.filter((file) => /^packages\/[^/]+\/src\//.test(file) && !isTest(file))
  return {
    packs: ids.length,
    hooks: code.length,
    faults: [
      ...code.map((file) => ({ rule: packsAreData.name, file, message: 'is code in a pack' })),
      ...kernel.flatMap((file) => {
        const found = known.exec(readFileSync(join(root, file), 'utf8'))?.[0]
        return found === undefined ? [] : [{ rule: packsAreData.name, file, message: `knows a pack by name: ${found}` }]
      })
    ]
  }
}
