import { ErrorBody } from '@chengyun/contract/common'
import { FieldAnswers, FieldBatch, PackageQuery } from '@chengyun/contract/field'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { applyOperation, type FieldEnv } from '../apply.ts'
import { keepDevice } from '../commands/log.ts'
import { driftOf } from '../domain/drift.ts'
import { packageFor } from '../offline.ts'

const errors = { 400: ErrorBody, 401: ErrorBody, 403: ErrorBody }

/** What a shift takes along, and what it brings back. */
export const operationRoutes =
  (env: FieldEnv): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { db } = env.cases

    app.get(
      '/field/package',
      {
        config: { permission: 'field:work' },
        schema: {
          tags: ['field'],
          summary: 'What a shift needs offline; parts of the versions named are not sent again',
          querystring: PackageQuery,
          response: { 200: Type.Unknown(), ...errors }
        }
      },
      (req) => packageFor(env.cases, app.geo, req.actor, req.query, new Date())
    )

    app.post(
      '/field/operations',
      {
        // Whoever lost his post is answered operation by operation: what he did before must not be stuck on his device.
        config: { authenticated: true },
        schema: {
          tags: ['field'],
          summary: 'What was done in the field, in order; each operation is judged by itself and done once by its key',
          body: FieldBatch,
          response: { 200: FieldAnswers, ...errors }
        }
      },
      async (req) => {
        const { deviceId, operations } = req.body
        const english = /^en\b/i.test(req.headers['accept-language'] ?? '')
        const received = new Date()
        const driftMs = driftOf(operations.at(-1)!.sentAt, received)
        await keepDevice(db, req.actor, { deviceId, driftMs }, received)
        const answers: FieldAnswers['answers'] = []
        // One after the other: they are steps of one person, and later ones build on earlier ones.
        for (const op of operations) answers.push(await applyOperation(env, req.actor, deviceId, op, { now: received, english }))
        return { serverTime: new Date().toISOString(), driftMs, answers }
      }
    )
  }
