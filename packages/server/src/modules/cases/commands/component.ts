import type { CaseInput } from '@chengyun/contract/cases'
import type { Actor } from '../../../platform/actor.ts'
import { appendToOutbox, type CommandContext } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { findComponent, proposeFromCase, type RegistryEnv } from '../../registry/index.ts'
import { concernsComponent } from '../domain/component.ts'
import { refuse } from '../domain/guards.ts'
import type { CaseRecord } from '../domain/record.ts'
import type { CaseEnv } from '../env.ts'

/** Who puts right the component that a case is about: its maintainer, else its owner. */
export const unitOfComponent = async (env: CaseEnv, record: CaseRecord): Promise<string | null> =>
  record.componentId === null ? null : ((await findComponent(env.db, record.componentId))?.unitId ?? null)

/**
 * What was found of the component becomes a request to the register, in the transaction of the step (daily update from cases, standards
 * §2.7.3). Throws CASE_COMPONENT_NONE, and what the register refuses.
 */
export async function tellRegister(
  tx: Tx,
  register: RegistryEnv,
  record: CaseRecord,
  input: Pick<CaseInput, 'componentFeedback' | 'opinion' | 'evidenceIds'>,
  { actor, now }: { actor: Actor; now: Date }
): Promise<void> {
  const { componentFeedback: feedback, opinion = '', evidenceIds = [] } = input
  if (!feedback) return
  const known = record.componentId === null ? undefined : await findComponent(tx, record.componentId)
  if (!concernsComponent(record) || (feedback !== 'added' && !known)) throw refuse('CASE_COMPONENT_NONE')
  const events: { name: string; payload: Record<string, unknown> }[] = []
  const ctx: CommandContext = { actor, now, emit: (name, payload) => events.push({ name, payload }), audit: () => undefined }
  const note = [`${record.caseNo}`, opinion].filter(Boolean).join('：').slice(0, 500)
  await proposeFromCase(register).within(
    tx,
    {
      caseId: record.id,
      feedback,
      code: known?.code ?? null,
      classCode: record.kind === 'component' ? record.classCode : (known?.classCode ?? ''),
      place: [record.lng, record.lat],
      note,
      evidenceIds
    },
    ctx
  )
  await appendToOutbox(tx, events, now)
}
