import type { PackView } from '@chengyun/contract/scenarios'
import { type PackDocument, versionOrder } from '@chengyun/scenario-kit/packs'
import { objectsOf } from './domain/plan.ts'
import type { Offer } from './offers.ts'
import type { PackRecord } from './queries/packs.ts'

const UNREAD = { zh: '', en: '' }

function countsOf(pack: PackDocument): Record<string, number> {
  const out: Record<string, number> = {}
  for (const { kind } of objectsOf(pack)) out[kind] = (out[kind] ?? 0) + 1
  return out
}

/** A pack as a list shows it. `mayConfig`: whether this person may change packs. */
export function presentPack(
  id: string,
  offer: Offer | undefined,
  installed: PackRecord | undefined,
  mayConfig: boolean
): PackView {
  const document = installed?.document ?? offer?.pack ?? null
  const head = document?.scenario
  const offered = offer?.pack?.scenario.version ?? null
  const order = offered && installed ? versionOrder(offered, installed.version) : 0
  const changed = installed !== undefined && offer?.pack != null && offer.hash !== installed.hash
  return {
    id,
    name: head?.name ?? { zh: id, en: id },
    description: head?.description ?? UNREAD,
    kind: head?.kind ?? '',
    offered,
    installed: installed?.version ?? null,
    state: installed?.state ?? 'offered',
    standards: head?.standards ?? [],
    owners: head?.owners ?? [],
    tier: document?.quality.tier ?? null,
    requires: head?.requires.packs ?? {},
    faults: offer?.faults ?? [],
    installedAt: installed?.installedAt.toISOString() ?? null,
    counts: document ? countsOf(document) : {},
    pages: installed?.state === 'active' ? installed.document.pages.map(({ key, name, theme }) => ({ key, name, theme })) : [],
    can: {
      install: mayConfig && !installed && offer?.pack != null,
      upgrade: mayConfig && changed && order >= 0,
      disable: mayConfig && installed?.state === 'active',
      enable: mayConfig && installed?.state === 'disabled',
      uninstall: mayConfig && installed !== undefined
    }
  }
}
