import type { BothNames } from '@chengyun/contract/registry'
import type { PackObjectKind, PlanStep } from '@chengyun/contract/scenarios'
import { type DataChange, type PackDocument, versionOrder } from '@chengyun/scenario-kit/packs'

/** Everything a pack brings, each under a kind and a key. */
export interface PackObject {
  kind: PackObjectKind
  key: string
  name: BothNames
  body: unknown
}

/** What a pack brings, in the order in which it can be made: what is referred to before what refers to it. */
export function objectsOf(pack: PackDocument): PackObject[] {
  const { registers, things } = pack
  return [
    ...(registers.declare ?? []).map((d) => ({ kind: 'register' as const, key: d.id, name: d.name, body: d })),
    ...(registers.extend ?? []).flatMap((e) =>
      e.attributes.map((a) => ({ kind: 'attribute' as const, key: `${e.register}/${a.key}`, name: a.name, body: a }))
    ),
    ...things.things.flatMap((t) =>
      t.streams.map((s) => ({ kind: 'stream' as const, key: `${t.register}/${s.key}`, name: s.name, body: s }))
    ),
    ...things.things.flatMap((t) =>
      (t.actuators ?? []).map((a) => ({ kind: 'actuator' as const, key: `${t.register}/${a.key}`, name: a.name, body: a }))
    ),
    ...pack.classes.map((c) => ({ kind: 'class' as const, key: c.code, name: c.name, body: c })),
    ...pack.responses.map((r) => ({ kind: 'response' as const, key: r.key, name: r.name, body: r })),
    ...pack.rules.map((r) => ({ kind: 'rule' as const, key: r.key, name: r.name, body: r })),
    ...pack.indicators.map((i) => ({ kind: 'indicator' as const, key: i.key, name: i.name, body: i })),
    ...pack.layers.map((l) => ({ kind: 'layer' as const, key: l.key, name: l.name, body: l })),
    ...pack.pages.map((p) => ({ kind: 'page' as const, key: p.key, name: p.name, body: p })),
    ...pack.public.map((l) => ({ kind: 'public' as const, key: l.key, name: l.name, body: l }))
  ]
}

const idOf = (o: PackObject): string => `${o.kind} ${o.key}`
/** Equal whatever the order of keys: a document of the database is not in the order it was written. */
export function same(a: unknown, b: unknown): boolean {
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b
  const [ka, kb] = [Object.keys(a), Object.keys(b)]
  return ka.length === kb.length && ka.every((k) => k in b && same(a[k as never], b[k as never]))
}

/** Changes of data between two versions, oldest first. */
export function dataChanges(pack: PackDocument, from: string): DataChange[] {
  return Object.entries(pack.scenario.upgrades ?? {})
    .filter(([version]) => versionOrder(version, from) > 0)
    .sort(([a], [b]) => versionOrder(a, b))
    .flatMap(([, changes]) => changes)
}

/** Objects that are another one's continuation: new key → old key, by kind. */
function renames(changes: readonly DataChange[]): Map<string, string> {
  const out = new Map<string, string>()
  for (const change of changes) {
    if (!('rename' in change)) continue
    const key = (k: string) => (change.rename === 'rule' ? k : `${change.of}/${k}`)
    out.set(`${change.rename} ${key(change.to)}`, `${change.rename} ${key(change.from)}`)
  }
  return out
}

/** What has to be done for `next` to stand where `before` stood; null: nothing stands, or nothing is to stand. Removals come last, backwards. */
export function stepsBetween(before: PackDocument | null, next: PackDocument | null): PlanStep[] {
  const old = new Map((before ? objectsOf(before) : []).map((o) => [idOf(o), o]))
  const renamed = before && next ? renames(dataChanges(next, before.scenario.version)) : new Map<string, string>()
  const steps: PlanStep[] = []
  const met = new Set<string>()
  for (const object of next ? objectsOf(next) : []) {
    const { kind, key, name } = object
    const wasId = renamed.get(idOf(object)) ?? idOf(object)
    const was = old.get(wasId)
    if (was) met.add(wasId)
    if (!was) steps.push({ act: 'add', kind, key, name })
    else if (was.key !== key) steps.push({ act: 'rename', kind, key, name, from: was.key })
    else if (!same(was.body, object.body)) steps.push({ act: 'change', kind, key, name })
  }
  const gone = [...old.values()].filter((o) => !met.has(idOf(o))).reverse()
  return [...steps, ...gone.map(({ kind, key, name }) => ({ act: 'remove' as const, kind, key, name }))]
}
