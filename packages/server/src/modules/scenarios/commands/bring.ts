import type { ResponseDeclaration } from '@chengyun/contract/alarms'
import type { AttributeDeclaration, RegisterDeclaration } from '@chengyun/contract/registry'
import type { PackObjectKind, PlanStep } from '@chengyun/contract/scenarios'
import type { StreamDeclaration } from '@chengyun/contract/streams'
import type { Classes, PackDocument } from '@chengyun/scenario-kit/packs'
import type { CommandContext } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { saveActuators, saveResponse } from '../../alarms/index.ts'
import { addClass, changeClass, findClass, saveCondition, setDefaultCondition } from '../../cases/index.ts'
import { findType, reviveType, saveType } from '../../registry/index.ts'
import { saveTemplate } from '../../streams/index.ts'
import type { PackObject } from '../domain/plan.ts'

/** Classes of packs stand in the tables of this edition. */
export const EDITION = 'GB/T 47678.5-2026'

/** A step of a plan on its way into the module that keeps such objects. */
export interface Bringing {
  pack: PackDocument
  step: PlanStep
  /** What is to stand afterwards. */
  object: PackObject
  /** What stood there. */
  before: PackObject | null
}
type Bring = (tx: Tx, ctx: CommandContext, b: Bringing) => Promise<void>

const split = (key: string): [string, string] => key.split('/') as [string, string]

/** Each declared attribute is added to or replaced in the register as it stands now, whatever others added to it. */
const attribute: Bring = async (tx, ctx, { pack, step, object }) => {
  const [typeId, key] = split(step.key)
  const type = await findType(tx, typeId, true)
  if (!type) return
  const was = step.from ? split(step.from)[1] : key
  const { declaration } = type
  const attributes = [
    ...declaration.attributes.filter((a) => a.key !== was && a.key !== key),
    object.body as AttributeDeclaration
  ]
  const columns = declaration.columns.map((c) => (c === was ? key : c))
  const note = `${pack.scenario.id} ${pack.scenario.version}`
  await saveType.within(tx, { declaration: { ...declaration, attributes, columns }, version: type.version, note }, ctx)
}

/** Attributes that others added to a register of the pack stay when the pack declares it anew. */
const register: Bring = async (tx, ctx, { pack, object, before }) => {
  const declared = object.body as RegisterDeclaration
  const known = await findType(tx, declared.id, true)
  const own = new Set(
    [declared, ...(before ? [before.body as RegisterDeclaration] : [])].flatMap((d) => d.attributes.map((a) => a.key))
  )
  const added = before ? (known?.declaration.attributes ?? []).filter((a) => !own.has(a.key)) : []
  const declaration = { ...declared, attributes: [...declared.attributes, ...added] }
  const origin = pack.scenario.id
  await saveType.within(tx, { declaration, origin, note: pack.scenario.version, ...(known && { version: known.version }) }, ctx)
  if (known?.state === 'retired') await reviveType.within(tx, { id: declared.id, origin }, ctx)
}

const stream: Bring = async (tx, ctx, { pack, step, object }) => {
  const [typeId] = split(step.key)
  await saveTemplate.within(tx, { typeId, template: object.body as StreamDeclaration, origin: pack.scenario.id }, ctx)
}

const actuator: Bring = async (tx, ctx, { pack, step }) => {
  const [typeId] = split(step.key)
  const declarations = pack.things.things.filter((t) => t.register === typeId).flatMap((t) => t.actuators ?? [])
  await saveActuators.within(tx, { pack: pack.scenario.id, typeId, declarations }, ctx)
}

const caseClass: Bring = async (tx, ctx, { pack, object, before }) => {
  const declared = object.body as Classes['classes'][number]
  const name = declared.name.zh.endsWith('（自定义）') ? declared.name.zh : `${declared.name.zh}（自定义）`
  const of = { standardRef: EDITION, kind: 'matter', code: declared.code } as const
  const known = await findClass(tx, of)
  if (known) await changeClass.within(tx, { ...of, name, active: true }, ctx)
  else {
    const major = { majorCode: '10', majorName: '其他事项类' }
    await addClass.within(tx, { ...of, ...major, name, nameEn: declared.name.en, version: pack.scenario.version }, ctx)
  }
  const were = (before?.body as Classes['classes'][number] | undefined)?.conditions ?? []
  const all = [...declared.conditions, ...were.slice(declared.conditions.length)]
  for (const [n, c] of all.entries()) {
    const id = `${pack.scenario.id}-${declared.code}-${n + 1}`
    const limits = [{ kind: c.limit.kind, value: c.limit.value }]
    const active = n < declared.conditions.length
    await saveCondition.within(tx, { id, ...of, condition: c.condition.zh, closeCondition: c.close.zh, limits, active }, ctx)
    await setDefaultCondition(tx, id, active && c.isDefault === true)
  }
}

/** Rules are put in together at the end; what is shown and counted comes from the installed document alone. */
const ways: Partial<Record<PackObjectKind, Bring>> = {
  register,
  attribute,
  stream,
  actuator,
  class: caseClass,
  response: async (tx, ctx, { pack, object }) => {
    await saveResponse.within(tx, { pack: pack.scenario.id, declaration: object.body as ResponseDeclaration }, ctx)
  }
}

/** Carries a step out in the module that keeps such objects, within the transaction of the whole plan. */
export async function bring(tx: Tx, ctx: CommandContext, what: Bringing): Promise<void> {
  await ways[what.step.kind]?.(tx, ctx, what)
}
