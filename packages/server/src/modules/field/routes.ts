import type { FastifyPluginAsync } from 'fastify'
import { runningEnv } from '../cases/index.ts'
import { registerAccess } from '../media/index.ts'
import type { FieldEnv } from './apply.ts'
import { PROPOSAL_OWNER } from './commands/proposal.ts'
import { inRegions, proposalRegions } from './policy.ts'
import { findProposal } from './queries/proposals.ts'
import { operationRoutes } from './routes/operations.ts'
import { proposalRoutes } from './routes/proposals.ts'
import { shiftRoutes } from './routes/shift.ts'
import { uploadRoutes } from './routes/uploads.ts'
import type { FieldSettings } from './settings.ts'

/** Everything of `/api/field`. The module `cases` has put its environment together just before. */
export const fieldRoutes: FastifyPluginAsync = async (app) => {
  const cases = runningEnv()
  if (!cases) throw new Error('field: the module cases has not been registered')
  const env: FieldEnv = { cases, settings: app.settings as unknown as FieldSettings, log: app.log }
  registerAccess(PROPOSAL_OWNER, async (actor, ownerId, db) => {
    const proposal = await findProposal(db, ownerId)
    return proposal !== undefined && (proposal.proposer_id === actor.id || inRegions(proposalRegions(actor), proposal))
  })
  await app.register(operationRoutes(env))
  await app.register(shiftRoutes(env))
  await app.register(proposalRoutes(env))
  await app.register(uploadRoutes)
}
