import type { CaseReport } from '@chengyun/contract/cases'
import type { Open311Attribute, Open311Service } from '@chengyun/contract/public'
import type { AppError } from '../../../platform/errors.ts'
import { type Args, invalid, Refusals, refusal } from './open311-args.ts'

/** Where a report says it is: one of the three forms of GeoReport. */
export type Whereabouts =
  | { form: 'point'; lng: number; lat: number }
  | { form: 'address'; text: string }
  | { form: 'id'; id: string }

/** POST /requests, read and checked; the place is not yet found. */
export interface Open311Report {
  service: Open311Service
  where: Whereabouts
  /** address_string beside lat and long: words for the place. */
  address: string | undefined
  description: string
  reporter: CaseReport['reporter']
  email: string | undefined
  accountId: string | undefined
  deviceId: string | undefined
  mediaUrl: string | undefined
  attributes: Record<string, string | string[]>
  /** What the sender calls the report; the same again is the same report. */
  reference: string | undefined
}

const EMAIL = /^[^\s@<>]{1,64}@[^\s@<>]{1,190}\.[^\s@<>]{2,}$/
const PHONE = /^[0-9+() -]{5,20}$/
/** Attributes under which known clients send their own number of a report. */
const REFERENCES = ['external_id', 'fixmystreet_id', 'client_ref']

/** All faults are collected, so that who sends a report learns of them at once. @throws Refusals */
export function readReport(args: Args, find: (code: string) => Open311Service | undefined): Open311Report {
  const faults: AppError[] = []
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read()
    } catch (error) {
      faults.push(error as AppError)
      return undefined
    }
  }
  const service = attempt(() => serviceOf(args, find))
  const where = attempt(() => whereOf(args))
  const description = attempt(() => args.text('description', 4000))
  const attributes = service && attempt(() => attributesOf(args, service, faults))
  const reporter = attempt(() => reporterOf(args))
  const email = attempt(() => matching(args, 'email', EMAIL, 'an e-mail address'))
  const accountId = attempt(() => args.text('account_id', 200))
  const deviceId = attempt(() => args.text('device_id', 200))
  const mediaUrl = attempt(() => matching(args, 'media_url', /^https?:\/\/\S{4,}$/i, 'an http or https address'))
  const address = attempt(() => args.text('address_string', 256))
  if (faults.length > 0 || !service || !where || !attributes) throw new Refusals(faults)
  const reference = REFERENCES.map((code) => args.attributes().get(code)?.[0]).find((v) => v !== undefined)
  return {
    service,
    where,
    address: where.form === 'point' ? address : undefined,
    description: description ?? service.name,
    reporter,
    email,
    accountId,
    deviceId,
    mediaUrl,
    attributes,
    reference: reference?.slice(0, 200)
  }
}

function serviceOf(args: Args, find: (code: string) => Open311Service | undefined): Open311Service {
  const code = args.text('service_code', 80)
  if (code === undefined) throw refusal('OPEN311_ARGUMENT_MISSING', { name: 'service_code' })
  const service = find(code)
  if (!service) throw refusal('OPEN311_SERVICE_UNKNOWN', { code })
  return service
}

function whereOf(args: Args): Whereabouts {
  const lat = args.number('lat', -90, 90)
  const lng = args.number('long', -180, 180)
  if (lat !== undefined && lng !== undefined) return { form: 'point', lng, lat }
  if (lat !== undefined || lng !== undefined)
    throw refusal('OPEN311_ARGUMENT_MISSING', { name: lat === undefined ? 'lat' : 'long' })
  const id = args.text('address_id', 100)
  if (id !== undefined) return { form: 'id', id }
  const text = args.text('address_string', 256)
  if (text !== undefined) return { form: 'address', text }
  throw refusal('OPEN311_ARGUMENT_MISSING', { name: 'lat, long | address_string | address_id' })
}

function matching(args: Args, name: string, pattern: RegExp, expected: string): string | undefined {
  const text = args.text(name, 1000)
  if (text !== undefined && !pattern.test(text)) throw invalid(name, expected)
  return text
}

function reporterOf(args: Args): CaseReport['reporter'] {
  const name = [args.text('last_name', 40), args.text('first_name', 40)].filter((n) => n !== undefined)
  const phone = matching(args, 'phone', PHONE, 'a telephone number')
  // 李 + 四 is one word, Li + Si are two.
  const joined = name.join(name.every((n) => /^[\u4e00-\u9fa5·]+$/.test(n)) ? '' : ' ').slice(0, 40)
  return joined || phone ? { ...(joined && { name: joined }), ...(phone && { phone }) } : undefined
}

const MOST_ATTRIBUTES = 50

function attributesOf(args: Args, service: Open311Service, faults: AppError[]): Record<string, string | string[]> {
  const given = args.attributes()
  if (given.size > MOST_ATTRIBUTES) throw invalid('attribute', `at most ${MOST_ATTRIBUTES} attributes`)
  for (const attribute of service.attributes) {
    const values = given.get(attribute.code)
    const name = `attribute[${attribute.code}]`
    if (values === undefined) {
      if (attribute.required) faults.push(refusal('OPEN311_ARGUMENT_MISSING', { name }))
    } else if (!fits(attribute, values)) faults.push(invalid(name, expectedOf(attribute)))
  }
  return Object.fromEntries(
    [...given].map(([code, values]) => {
      const short = values.slice(0, 50).map((v) => v.slice(0, 1000))
      return [code, short.length === 1 ? short[0]! : short]
    })
  )
}

function fits(attribute: Open311Attribute, values: readonly string[]): boolean {
  if (attribute.datatype !== 'multivaluelist' && values.length > 1) return false
  const known = new Set(attribute.values?.map((v) => v.key))
  switch (attribute.datatype) {
    case 'number':
      return values.every((v) => Number.isFinite(Number(v)))
    case 'datetime':
      return values.every((v) => /^\d{4}-\d\d-\d\d/.test(v) && !Number.isNaN(Date.parse(v)))
    case 'singlevaluelist':
    case 'multivaluelist':
      return values.every((v) => known.has(v))
    case 'string':
      return values.every((v) => v.length <= 256)
    case 'text':
      return values.every((v) => v.length <= 1000)
  }
}

const expectedOf = (attribute: Open311Attribute): string =>
  attribute.values ? `one of ${attribute.values.map((v) => v.key).join(', ')}` : attribute.datatype

/** What the staff should know beside the description: attributes in words, pictures elsewhere. */
export function noteOf(report: Open311Report): string | undefined {
  const lines = report.service.attributes.flatMap((a) => {
    const given = report.attributes[a.code]
    if (given === undefined) return []
    const words = [given].flat().map((v) => a.values?.find((k) => k.key === v)?.name ?? v)
    return [`${a.name}：${words.join('、')}`]
  })
  if (report.mediaUrl) lines.push(`附件：${report.mediaUrl}`)
  return lines.length > 0 ? lines.join('；').slice(0, 500) : undefined
}
