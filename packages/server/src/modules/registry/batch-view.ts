import { BATCH_ERRORS, type BatchView, type RegisterDeclaration } from '@chengyun/contract/registry'
import type { Actor } from '../../platform/actor.ts'
import type { Db } from '../../platform/db.ts'
import { thrower } from '../../platform/errors.ts'
import { registryEnv } from './env.ts'
import { mayReadType } from './policy.ts'
import { presentBatch } from './present-batches.ts'
import { countSample } from './queries/batch-lists.ts'
import { type BatchRecord, findBatch, listBatchFiles } from './queries/batches.ts'
import { findType } from './queries/types.ts'

const fail = thrower(BATCH_ERRORS)

/** A batch this person may see, with its register. Throws BATCH_NOT_FOUND. */
export async function seenBatch(db: Db, actor: Actor, id: string): Promise<{ batch: BatchRecord; d: RegisterDeclaration }> {
  const batch = await findBatch(db, id)
  const type = batch && (await findType(db, batch.type_id))
  if (!batch || !type || !mayReadType(actor, type.declaration)) throw fail('BATCH_NOT_FOUND')
  return { batch, d: type.declaration }
}

/** Everything the page of a batch shows. Throws BATCH_NOT_FOUND. */
export async function viewBatch(db: Db, actor: Actor, id: string): Promise<BatchView> {
  const { batch, d } = await seenBatch(db, actor, id)
  const [files, sample, env] = await Promise.all([listBatchFiles(db, id), countSample(db, id), registryEnv(db)])
  return presentBatch({ batch, files, sample, declaration: d }, env, actor)
}
