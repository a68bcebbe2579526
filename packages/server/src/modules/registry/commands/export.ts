import { command } from '../../../platform/command.ts'

/** An export stands on the audit trail: who took how much of what. */
export const recordExport = command(async (_tx, input: { type: string; format: string; query: object }, ctx): Promise<void> => {
  ctx.audit({
    action: 'registry.export',
    objectType: 'register',
    objectId: input.type,
    result: 'ok',
    after: { format: input.format, query: input.query }
  })
})
