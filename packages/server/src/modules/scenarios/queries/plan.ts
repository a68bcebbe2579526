import { createHash } from 'node:crypto'
import { type HELD, type PackAct, type PackPlan, type PlanStep, SCENARIOS_ERRORS } from '@chengyun/contract/scenarios'
import { meets, type PackDocument, versionOrder } from '@chengyun/scenario-kit/packs'
import type { Db, Tx } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { countRaised, listRules } from '../../alarms/index.ts'
import { countItemsOf, countSaying } from '../../registry/index.ts'
import { countSpoken, listTemplates } from '../../streams/index.ts'
import { dataChanges, objectsOf, stepsBetween } from '../domain/plan.ts'
import { listPacks, type PackRecord } from './packs.ts'

/** What becomes of data that would be lost. */
export type Held = (typeof HELD)[number]

const fail = thrower(SCENARIOS_ERRORS)

/** A pack that was found without fault, ready to be installed. */
export interface SoundOffer {
  document: PackDocument
  hash: string
}

export interface PlanAsked {
  id: string
  act: PackAct
  held: Held | null
  /** What lies in the folder; needed to install only. */
  offer: SoundOffer | null
}

export interface Planned {
  plan: PackPlan
  before: PackRecord | undefined
  others: PackRecord[]
}

/** What would be done, and what would be lost with it. Throws SCENARIOS_*: not installed, older, needed by others, needs others. */
export async function planOf(db: Db | Tx, { id, act, held, offer }: PlanAsked): Promise<Planned> {
  const packs = await listPacks(db)
  const before = packs.find((p) => p.id === id)
  const others = packs.filter((p) => p.id !== id)
  const bringing = act === 'install' || act === 'upgrade'
  if (!bringing && !before) throw fail('SCENARIOS_NOT_INSTALLED', { pack: id })
  if (bringing && !offer) throw fail('SCENARIOS_PACK_NOT_FOUND', { pack: id })
  const next = bringing ? offer!.document : null
  const done = bringing ? arrival(before, offer!) : act
  if (next) assertGround(next, others)
  if (act === 'enable' && before) assertGround(before.document, others)
  if (act === 'disable' || act === 'uninstall')
    assertNotNeeded(
      id,
      others.filter((o) => act === 'uninstall' || o.state === 'active')
    )
  const steps =
    act === 'disable' || act === 'enable'
      ? switched(before!, act)
      : await weighed(db, id, before, next, held, others, bringing && before?.hash === offer!.hash)
  const body = {
    pack: id,
    act: done,
    held,
    from: before?.version ?? null,
    to: next?.scenario.version ?? (act === 'uninstall' ? null : (before?.version ?? null)),
    steps
  }
  const token = createHash('sha256')
    .update(JSON.stringify([body, before?.hash, before?.state, offer?.hash]))
    .digest('hex')
    .slice(0, 32)
  return { plan: { ...body, token }, before, others }
}

function arrival(before: PackRecord | undefined, offer: SoundOffer): PackPlan['act'] {
  if (!before) return 'install'
  const order = versionOrder(offer.document.scenario.version, before.version)
  if (order < 0) throw fail('SCENARIOS_OLDER', { installed: before.version, offered: offer.document.scenario.version })
  return order > 0 ? 'upgrade' : 'reinstall'
}

function assertGround(pack: PackDocument, others: readonly PackRecord[]): void {
  const lacking = Object.entries(pack.scenario.requires.packs ?? {}).filter(
    ([id, range]) => !others.some((o) => o.id === id && o.state === 'active' && meets(o.version, range))
  )
  if (lacking.length > 0) throw fail('SCENARIOS_LACKS', { packs: lacking.map(([id, range]) => `${id} ${range}`).join(', ') })
}

function assertNotNeeded(id: string, others: readonly PackRecord[]): void {
  const needing = others.filter((o) => id in (o.document.scenario.requires.packs ?? {}))
  if (needing.length > 0) throw fail('SCENARIOS_NEEDED', { packs: needing.map((o) => o.id).join(', ') })
}

/** What is switched when a pack is: the rest stays as it is. */
function switched(before: PackRecord, act: 'disable' | 'enable'): PlanStep[] {
  if ((before.state === 'disabled') === (act === 'disable')) return []
  const kinds = ['rule', 'layer', 'page', 'public']
  return objectsOf(before.document)
    .filter((o) => kinds.includes(o.kind))
    .map(({ kind, key, name }) => ({ act: act === 'disable' ? 'retire' : 'add', kind, key, name }))
}

async function weighed(
  db: Db | Tx,
  id: string,
  before: PackRecord | undefined,
  next: PackDocument | null,
  held: Held | null,
  others: readonly PackRecord[],
  unchanged: boolean
): Promise<PlanStep[]> {
  if (unchanged) return []
  const steps = stepsBetween(before?.document ?? null, next)
  const gone = steps.filter((s) => s.act === 'remove')
  if (gone.length === 0 || !before) return steps
  const types = [...new Set(gone.map((s) => s.key.split('/')[0]!))]
  const [items, spoken, raised, users] = [
    await countItemsOf(db, types),
    await countSpoken(db, types),
    await countRaised(db, id),
    await usersOf(db, id, others)
  ]
  const dropped = new Set(
    next
      ? dataChanges(next, before.version).flatMap((c) =>
          'drop' in c ? [`${c.drop} ${c.drop === 'rule' ? c.key : `${c.of}/${c.key}`}`] : []
        )
      : []
  )
  const out: PlanStep[] = []
  for (const step of steps) {
    if (step.act !== 'remove') {
      out.push(step)
      continue
    }
    const { kind, key } = step
    if (users.has(`${kind} ${key}`)) {
      out.push({ ...step, act: 'keep' })
      continue
    }
    const [type = '', attribute = ''] = key.split('/')
    const holds =
      kind === 'register'
        ? (items.get(key) ?? 0)
        : kind === 'attribute'
          ? await countSaying(db, type, attribute)
          : kind === 'stream'
            ? (spoken.get(key) ?? 0)
            : kind === 'rule'
              ? (raised.get(key) ?? 0)
              : 0
    if (holds === 0 || dropped.has(`${kind} ${key}`)) out.push(step)
    else out.push({ ...step, holds, act: held !== 'keep' ? 'remove' : kind === 'attribute' ? 'keep' : 'retire' })
  }
  return out
}

/** Objects that others still use: other packs, templates and rules of the city. As `kind key`. */
async function usersOf(db: Db | Tx, id: string, others: readonly PackRecord[]): Promise<Set<string>> {
  const used = new Set<string>()
  for (const { document: d } of others) {
    for (const e of d.registers.extend ?? []) used.add(`register ${e.register}`)
    for (const r of d.rules) used.add(`register ${r.on.type}`)
    for (const t of d.things.things) {
      used.add(`register ${t.register}`)
      for (const s of t.streams) used.add(`stream ${t.register}/${s.key}`)
      for (const a of t.actuators ?? []) used.add(`actuator ${t.register}/${a.key}`)
    }
    for (const c of d.classes) used.add(`class ${c.code}`)
    for (const l of [...d.layers, ...d.public]) used.add(`register ${l.register}`)
  }
  for (const t of await listTemplates(db)) if (t.origin !== id) used.add(`register ${t.type_id}`)
  for (const r of await listRules(db)) if (r.pack !== id) used.add(`register ${r.declaration.on.type}`)
  return used
}

/** What a plan would lose, in words. */
export const lossOf = (plan: PackPlan, lang: 'zh' | 'en'): string =>
  plan.steps
    .filter((s) => s.act === 'remove' && s.holds)
    .map((s) => `${s.name[lang]} ${s.holds}`)
    .join(lang === 'zh' ? '、' : ', ')
