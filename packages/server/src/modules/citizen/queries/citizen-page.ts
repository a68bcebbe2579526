import { TRACKING_HEADER } from '@chengyun/contract/public'
import type { FastifyRequest } from 'fastify'
import { AppError } from '../../../platform/errors.ts'
import { type CaseEnv, type CaseRecord, getVisibleCase } from '../../cases/index.ts'
import { admit, fault, type Who } from '../commands/citizen-guard.ts'
import { hashOf } from '../commands/citizen-people.ts'
import { publicity } from '../domain/citizen-privacy.ts'
import { CITIZEN } from '../policy.ts'
import type { Page } from '../present-citizen.ts'
import { caseNoByTracking, pageFacts, reportOfCase } from './citizen-reports.ts'

/** A case by its number; what is not there and what must not be known are answered alike. @throws PUBLIC_REPORT_NOT_FOUND */
export async function caseByNo(env: CaseEnv, caseNo: string): Promise<CaseRecord> {
  try {
    return await getVisibleCase(env.db, CITIZEN, caseNo)
  } catch (error) {
    if (error instanceof AppError && error.status === 404) throw fault('PUBLIC_REPORT_NOT_FOUND')
    throw error
  }
}

/**
 * A case for one reader, with how he may see it: as his own (session or tracking code), as everybody, or not at all. Wrong tracking
 * codes are counted. @throws PUBLIC_REPORT_NOT_FOUND
 */
export async function pageFor(env: CaseEnv, req: FastifyRequest, who: Who, caseNo: string): Promise<Page> {
  const record = await caseByNo(env, caseNo)
  const report = await reportOfCase(env.db, record.id)
  const given = req.headers[TRACKING_HEADER]
  const byCode = typeof given === 'string' && report !== undefined && hashOf(given.trim().toUpperCase()) === report.trackingHash
  if (typeof given === 'string' && !byCode) await admit(env, 'wrongCode', who)
  const mine = byCode || (who.contact !== null && report?.contactId === who.contact.id)
  const facts = await pageFacts(env.db, record.id, { person: who.person, contactId: who.contact?.id ?? null, caseNo })
  const access = mine ? 'mine' : publicity(record.sourceType, report, facts.hidden)
  if (access === 'none') throw fault('PUBLIC_REPORT_NOT_FOUND')
  const lead = record.mergedInto === null ? record : await getVisibleCase(env.db, CITIZEN, record.mergedInto)
  return { record, lead, report, facts, access, signedIn: who.contact !== null }
}

/** The report that the tracking code alone opens. Wrong ones are counted. @throws PUBLIC_REPORT_NOT_FOUND */
export async function pageByTracking(env: CaseEnv, req: FastifyRequest, who: Who): Promise<Page> {
  const given = req.headers[TRACKING_HEADER]
  const caseNo = typeof given === 'string' ? await caseNoByTracking(env.db, hashOf(given.trim().toUpperCase())) : undefined
  if (caseNo !== undefined) return pageFor(env, req, who, caseNo)
  await admit(env, 'wrongCode', who)
  throw fault('PUBLIC_REPORT_NOT_FOUND')
}

/** The page, if the reader is who reported it. @throws PUBLIC_NOT_YOURS */
export async function ownPage(env: CaseEnv, req: FastifyRequest, who: Who, caseNo: string): Promise<Page> {
  const page = await pageFor(env, req, who, caseNo)
  if (page.access !== 'mine') throw fault('PUBLIC_NOT_YOURS')
  return page
}
