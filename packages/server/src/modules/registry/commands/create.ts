import { type ItemCreate, REGISTRY_ERRORS } from '@chengyun/contract/registry'
import { command } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'
import { COLUMN_LABELS, faultOf } from '../domain/check-item.ts'
import { isCode, seriesOf } from '../domain/codes.ts'
import type { RegistryEnv } from '../env.ts'
import { EDIT, reaches } from '../policy.ts'
import { reachOf } from '../queries/reach.ts'
import type { TypeRecord } from '../queries/types.ts'
import { takeCodes, takenAmong } from './codes.ts'
import { compose, type Draft, invalid } from './compose.ts'
import { audited, openType, personal, type Said, type Written } from './items.ts'
import { type Why, writeNewItems } from './write.ts'

const fail = thrower(REGISTRY_ERRORS)

/** What is wanted of an item, composed. */
interface Composed {
  given: string | undefined
  why: Why
  draft: Draft
}

/**
 * Adds items to a register, all or none: the place of each is found, its code taken from the series of its county and class. They leave what `createItem`
 * one after another leaves, in a few statements; an item names only others that were there before. Throws for the first that cannot be added
 * REGISTRY_ITEM_INVALID with every fault, REGISTRY_CODE_TAKEN, REGISTRY_CODES_EXHAUSTED, REGISTRY_NOT_YOURS, REGISTRY_TYPE_*.
 */
export const createItems = (env: RegistryEnv) =>
  command(async (tx, input: Said & { items: readonly ItemCreate[] }, ctx): Promise<Written[]> => {
    const type = await openType(tx, ctx.actor, input.type)
    const reach = (input.why ?? personal()).source === 'person' ? await reachOf(tx, ctx.actor, EDIT) : null
    const wanted: Composed[] = []
    for (const { code: given, note, evidenceIds, ...facts } of input.items) {
      const why = input.why ?? personal(note, evidenceIds)
      const draft = await compose(tx, env, type.declaration, null, facts, ctx.now)
      if (reach && !reaches(reach, draft)) throw fail('REGISTRY_NOT_YOURS')
      wanted.push({ given, why, draft })
    }
    const codes = await codesFor(tx, type, wanted)
    const items = wanted.map(({ draft: { relations, ...columns }, why }, i) => {
      const id = newId(ctx.now.getTime())
      const own = { type_id: type.id, id, code: codes[i]!, batch_id: null, created_at: ctx.now, removed_at: null }
      return { after: { ...columns, ...own }, relations, why }
    })
    const seqs = await writeNewItems(tx, env, type, items, ctx, ({ after, why }) =>
      audited(ctx, 'registry.addItem', type.id, after, why, [])
    )
    return items.map(({ after: { id, code } }, i) => ({ id, code, version: 1, changeSeq: seqs[i]! }))
  })

/** Adds an item; see `createItems`. */
export const createItem = (env: RegistryEnv) =>
  command(
    async (tx, { item, ...said }: Said & { item: ItemCreate }, ctx): Promise<Written> =>
      (await createItems(env).within(tx, { ...said, items: [item] }, ctx))[0]!
  )

async function codesFor(tx: Tx, { id, declaration: { code: rule } }: TypeRecord, wanted: readonly Composed[]): Promise<string[]> {
  const series = wanted.flatMap(({ draft }) => seriesOf(rule, draft.grid_code?.slice(0, 6) ?? '', draft.class_code) ?? [])
  if (rule.rule !== 'given') {
    if (wanted.some((w) => w.given !== undefined)) throw invalid([faultOf('code', COLUMN_LABELS.code, 'given')])
    return takeCodes(tx, id, series)
  }
  const codes = wanted.map(({ given = '' }) => {
    if (given.trim() === '') throw invalid([faultOf('code', COLUMN_LABELS.code, 'required')])
    if (!isCode(rule, given)) throw invalid([faultOf('code', COLUMN_LABELS.code, 'code')])
    return given
  })
  const taken = await takenAmong(tx, id, codes)
  for (const code of codes) {
    if (taken.has(code)) throw fail('REGISTRY_CODE_TAKEN', { code })
    taken.add(code)
  }
  return codes
}
