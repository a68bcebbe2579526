import { type FieldComponents, type FieldPackage, PACKAGE_PARTS } from '@chengyun/contract/field'
import type { SyncStore } from './store.ts'
import type { CachedPackage } from './types.ts'
import type { Wire } from './wire.ts'

interface Part {
  version: string
  data: unknown
}
/** What a phone has of the register before it was sent any: the app was updated while there was no network. */
const NO_COMPONENTS: FieldComponents = { states: [], classes: [], texts: [], rows: [], places: [], total: 0 }
const partName = (part: string): string => `package.${part}`

/** Fetches what changed of the package since the last time and keeps it. */
export async function fetchPackage(store: SyncStore, wire: Wire, now: number): Promise<void> {
  const known: [string, Part | undefined][] = []
  for (const part of PACKAGE_PARTS) known.push([part, await store.kept<Part>(partName(part))])
  const query = known.flatMap(([part, kept]) => (kept ? [`${part}=${encodeURIComponent(kept.version)}`] : [])).join('&')
  const answer = await wire.json<FieldPackage>('GET', `/api/field/package${query ? `?${query}` : ''}`)
  const { classes, phases, map, cases, components, ...head } = answer
  const parts = { classes, phases, map, cases, components }
  await store.keep({
    'package.head': { ...head, fetchedAt: new Date(now).toISOString() },
    ...Object.fromEntries(
      PACKAGE_PARTS.filter((part) => parts[part].data !== null).map((part) => [partName(part), parts[part] as Part])
    )
  })
}

/** The package as it is kept; null before the first one came whole. */
export async function readPackage(store: SyncStore): Promise<CachedPackage | null> {
  const head = await store.kept<object>('package.head')
  if (!head) return null
  const out: Record<string, unknown> = { ...head }
  for (const part of PACKAGE_PARTS) {
    const kept = await store.kept<Part>(partName(part))
    if (!kept && part !== 'components') return null
    out[part] = kept ? kept.data : NO_COMPONENTS
  }
  return out as unknown as CachedPackage
}
