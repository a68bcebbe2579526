import type { PackPlan, PlanStep } from '@chengyun/contract/scenarios'
import type { PackDocument } from '@chengyun/scenario-kit/packs'
import type { CommandContext } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { removeResponse, saveActuators } from '../../alarms/index.ts'
import { dropClass } from '../../cases/index.ts'
import { changeAttribute, findType, purgeType, saveType, shelveType } from '../../registry/index.ts'
import { listTemplates, removeTemplate } from '../../streams/index.ts'
import { EDITION } from './bring.ts'

type Take = (tx: Tx, ctx: CommandContext, step: PlanStep, pack: PackDocument, next: PackDocument | null) => Promise<void>

const split = (key: string): [string, string] => key.split('/') as [string, string]

const stream: Take = async (tx, ctx, { key }, pack) => {
  const [typeId, of] = split(key)
  const known = (await listTemplates(tx, typeId)).find((t) => t.key === of)
  if (known?.origin === pack.scenario.id) await removeTemplate.within(tx, { typeId, key: of }, ctx)
}

const register: Take = async (tx, ctx, { act, key }) => {
  if (!(await findType(tx, key, true))) return
  if (act === 'retire') await shelveType.within(tx, { id: key }, ctx)
  else await purgeType.within(tx, { id: key }, ctx)
}

const attribute: Take = async (tx, ctx, { key }, pack) => {
  const [typeId, of] = split(key)
  const type = await findType(tx, typeId, true)
  if (!type) return
  await changeAttribute.within(tx, { type: typeId, key: of, drop: true }, ctx)
  const { declaration, version } = type
  const attributes = declaration.attributes.filter((a) => a.key !== of)
  const columns = declaration.columns.filter((c) => c !== of)
  await saveType.within(tx, { declaration: { ...declaration, attributes, columns }, version, note: `- ${pack.scenario.id}` }, ctx)
}

const ways: Partial<Record<PlanStep['kind'], Take>> = {
  stream,
  register,
  attribute,
  response: (tx, ctx, { key }, pack) => removeResponse.within(tx, { pack: pack.scenario.id, key }, ctx),
  actuator: async (tx, ctx, { key }, pack, next) => {
    const [typeId] = split(key)
    const declarations = (next?.things.things ?? []).filter((t) => t.register === typeId).flatMap((t) => t.actuators ?? [])
    await saveActuators.within(tx, { pack: pack.scenario.id, typeId, declarations }, ctx)
  },
  class: async (tx, ctx, { key }) => {
    await dropClass.within(tx, { standardRef: EDITION, kind: 'matter', code: key }, ctx)
  }
}

/**
 * Takes back what a plan removes or retires, in its order: what refers to something goes before it. Rules, alarms and readings went before. `next` is what
 * stands afterwards of the pack.
 */
export async function takeBack(
  tx: Tx,
  ctx: CommandContext,
  { pack, plan, next }: { pack: PackDocument; plan: PackPlan; next: PackDocument | null }
): Promise<void> {
  for (const step of plan.steps)
    if (step.act === 'remove' || step.act === 'retire') await ways[step.kind]?.(tx, ctx, step, pack, next)
}
