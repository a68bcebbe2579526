import { ErrorBody, Id } from '@chengyun/contract/common'
import { ProposalDecision, ProposalPage, ProposalQuery, ProposalView } from '@chengyun/contract/field'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Actor } from '../../../platform/actor.ts'
import { findEvidence } from '../../media/index.ts'
import { registryEnv } from '../../registry/index.ts'
import type { FieldEnv } from '../apply.ts'
import { decideProposal } from '../commands/proposal.ts'
import { proposalRegions } from '../policy.ts'
import { presentProposal } from '../present.ts'
import { countOpen, listProposals, type ProposalRow, type ProposalsOf } from '../queries/proposals.ts'

const errors = { 400: ErrorBody, 401: ErrorBody, 403: ErrorBody, 404: ErrorBody, 409: ErrorBody, 422: ErrorBody }

/** Corrections of components: listed and decided on by whoever watches the field there. */
export const proposalRoutes =
  (env: FieldEnv): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { db } = env.cases
    const present = async (rows: readonly ProposalRow[], actor: Actor): Promise<ProposalView[]> => {
      const files = await findEvidence(
        db,
        rows.flatMap((r) => r.evidence_ids),
        actor
      )
      const phases = new Map(files.map((f) => [f.id, f.phase]))
      return rows.map((r) => presentProposal(r, phases))
    }
    const list = async (query: ProposalQuery, actor: Actor, of: ProposalsOf) => {
      const limit = query.limit ?? 50
      const [rows, open] = await Promise.all([listProposals(db, { ...query, limit }, of), countOpen(db, of)])
      const page = rows.slice(0, limit)
      return { items: await present(page, actor), nextAfter: rows.length > limit ? page.at(-1)!.id : null, open }
    }

    app.get(
      '/field/proposals',
      {
        config: { permission: 'field:watch' },
        schema: {
          tags: ['field'],
          summary: 'Corrections of components',
          querystring: ProposalQuery,
          response: { 200: ProposalPage, ...errors }
        }
      },
      (req) => list(req.query, req.actor, { regions: proposalRegions(req.actor) })
    )
    app.get(
      '/field/proposals/mine',
      {
        config: { permission: 'field:work' },
        schema: { tags: ['field'], summary: 'My own', querystring: ProposalQuery, response: { 200: ProposalPage, ...errors } }
      },
      (req) => list(req.query, req.actor, { proposerId: req.actor.id })
    )
    app.post(
      '/field/proposals/:id/decision',
      {
        config: { permission: 'field:watch' },
        schema: {
          tags: ['field'],
          summary: 'Accept a correction, which changes the register, or decline it',
          params: Type.Object({ id: Id }),
          body: ProposalDecision,
          response: { 200: ProposalView, ...errors }
        }
      },
      async (req) => {
        const row = await decideProposal(await registryEnv(db))(db, req.actor, { id: req.params.id, ...req.body }, new Date())
        return (await present([row], req.actor))[0]!
      }
    )
  }
