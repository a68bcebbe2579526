import { type Args, invalid, refusal } from './open311-args.ts'

const DAY_MS = 86_400_000
/** GeoReport v2: a question spans at most 90 days and is answered with at most 1000 requests. */
export const SPAN_DAYS = 90
export const MOST = 1000
/** Pages end here: further back goes who narrows the dates. */
export const DEEPEST = 10_000
const SPAN_MS = SPAN_DAYS * DAY_MS

/** Half-open span of instants. */
export interface Span {
  from: Date
  to: Date
}

export interface RequestQuery extends Span {
  services: string[] | undefined
  /** Only open or only closed requests; undefined is both. */
  open: boolean | undefined
  updated: { after: Date | undefined; before: Date | undefined }
  offset: number
  size: number
}

/** The span of start_date and end_date: the last `days` where none is given. @throws AppError for spans turned round or too long */
export function spanOf(args: Args, now: Date, days = SPAN_DAYS): Span {
  const start = args.instant('start_date')
  const end = args.instant('end_date')
  const ms = days * DAY_MS
  if (start && end) {
    if (end < start) throw invalid('end_date', 'an instant not before start_date')
    if (end.getTime() - start.getTime() > SPAN_MS) throw refusal('OPEN311_SPAN_TOO_LONG')
    return { from: start, to: end }
  }
  if (start) return { from: start, to: new Date(start.getTime() + SPAN_MS) }
  const to = end ?? new Date(now.getTime() + 60_000)
  return { from: new Date(to.getTime() - ms), to }
}

export function pageOf(args: Args): { offset: number; size: number } {
  const page = args.whole('page', 1, 1_000_000) ?? 1
  const size = args.whole('page_size', 1, MOST) ?? MOST
  if (page > 1 && page * size > DEEPEST) throw refusal('OPEN311_PAGE_TOO_DEEP', { max: DEEPEST })
  return { offset: (page - 1) * size, size }
}

/** GET /requests without service_request_id. `exists` says whether a service_code is one of ours. */
export function readRequestQuery(args: Args, exists: (code: string) => boolean, now: Date): RequestQuery {
  const services = args.list('service_code', 200)
  const unknown = services?.find((code) => !exists(code))
  if (unknown !== undefined) throw refusal('OPEN311_SERVICE_UNKNOWN', { code: unknown })
  const status = args.list('status')?.map((s) => s.toLowerCase())
  if (status?.some((s) => s !== 'open' && s !== 'closed')) throw invalid('status', 'open, closed or both')
  return {
    services,
    open: status === undefined || status.length === 2 ? undefined : status[0] === 'open',
    updated: { after: args.instant('updated_after'), before: args.instant('updated_before') },
    ...spanOf(args, now),
    ...pageOf(args)
  }
}

const TRUE = new Set(['true', '1', 'yes'])
export const isTrue = (args: Args, name: string): boolean => TRUE.has((args.text(name) ?? '').toLowerCase())
