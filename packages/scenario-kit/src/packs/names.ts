import type { RegisterDeclaration } from '@chengyun/contract/registry'
import type { StreamDeclaration } from '@chengyun/contract/streams'

/** Says that something in a file is wrong. */
export type Say = (file: string, path: string, zh: string, en: string) => void

/** What the pack and the platform have together, by name. */
export interface Names {
  registers: ReadonlyMap<string, RegisterDeclaration>
  streams: ReadonlyMap<string, StreamDeclaration>
  rules: ReadonlySet<string>
  responses: ReadonlySet<string>
  indicators: ReadonlySet<string>
  layers: ReadonlySet<string>
  actuators: ReadonlySet<string>
}
