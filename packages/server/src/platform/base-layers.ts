import { readFileSync } from 'node:fs'
import { type BaseLayerDeclaration, originsOf, readBaseLayers } from '@chengyun/contract/geo'
import { type Settings, SettingsError } from './settings.ts'

const known = new WeakMap<Settings, readonly BaseLayerDeclaration[]>()

/** The foreign base maps of CHENGYUN_BASE_LAYERS: JSON, or the path of a file that holds it. Throws SettingsError with a sentence a fault. */
export function baseLayersOf(settings: Settings): readonly BaseLayerDeclaration[] {
  const before = known.get(settings)
  if (before) return before
  const text = settings.CHENGYUN_BASE_LAYERS?.trim() ?? ''
  const { layers, faults } = text === '' ? { layers: [], faults: [] } : readBaseLayers(parse(text))
  if (faults.length > 0) throw new SettingsError(faults.map((fault) => `CHENGYUN_BASE_LAYERS: ${fault}`))
  known.set(settings, layers)
  return layers
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.startsWith('[') || text.startsWith('{') ? text : readFileSync(text, 'utf8'))
  } catch (error) {
    throw new SettingsError([`CHENGYUN_BASE_LAYERS: ${error instanceof Error ? error.message : String(error)}`])
  }
}

/** Origins the pages must be allowed to fetch base maps from. */
export const baseLayerOrigins = (settings: Settings): string[] => originsOf(baseLayersOf(settings))
