import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Demo } from '@chengyun/scenario-kit/packs'

const SHIPPED = fileURLToPath(new URL('../../../scenarios/', import.meta.url))

/** What the packs on offer say of their demonstrations, by pack. A file that is none is left out: the server says what is wrong with it. */
export function readDemos(folder: string = process.env.CHENGYUN_SCENARIOS ?? SHIPPED): Map<string, Demo> {
  const out = new Map<string, Demo>()
  if (!existsSync(folder)) return out
  for (const pack of readdirSync(folder).sort()) {
    const file = join(folder, pack, 'demo', 'demo.json')
    if (!existsSync(file)) continue
    try {
      out.set(pack, JSON.parse(readFileSync(file, 'utf8')) as Demo)
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
    }
  }
  return out
}
