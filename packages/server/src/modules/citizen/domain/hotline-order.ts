import type { CaseReport } from '@chengyun/contract/cases'
import { type HotlineOrder, URGENCY_LEVELS } from '@chengyun/contract/public'

/** Words the database and the screens of a case take for a note. */
const NOTE_LENGTH = 500
const PHONE = /^[0-9+() -]{5,20}$/

/** The class of a category: the deepest level that the table names decides, a whole path before a single word. */
export function classOfCategory(levels: readonly string[] | undefined, table: ReadonlyMap<string, string>): string | undefined {
  if (levels === undefined) return undefined
  const words = levels.map((level) => level.trim())
  for (let depth = words.length; depth > 0; depth -= 1) {
    const found = table.get(words.slice(0, depth).join('/')) ?? table.get(words[depth - 1]!)
    if (found !== undefined) return found
  }
  return undefined
}

/** The title and the words of the caller; a title that only repeats the beginning is left out. */
export function descriptionOf(order: Pick<HotlineOrder, 'appealSubject' | 'content'>): string {
  const [subject, content] = [order.appealSubject.trim(), order.content.trim()]
  return content.startsWith(subject) ? content : `${subject}：${content}`
}

/** What the desk should know of the order beside the case; the category and the unit as the hotline named them are kept with the case. */
export function noteOf(order: HotlineOrder): string {
  const lines = [
    `热线工单 ${order.orderNo}（${[order.appealType, order.appealSource].filter(Boolean).join('，')}）`,
    order.appealCategory && `诉求分类：${order.appealCategory.join('/')}`,
    order.urgencyLevel && order.urgencyLevel !== '一般' && `紧急程度：${order.urgencyLevel}`,
    order.expectedDeadline && `热线要求办结时间：${order.expectedDeadline}`,
    order.assignedDept && `热线建议承办单位：${order.assignedDept}`,
    order.confidential && '诉求人要求保密',
    order.repeatOf && `重复件，原工单 ${order.repeatOf}`,
    order.groupId && `群诉 ${order.groupId}`,
    order.attachments?.length && `附件：${order.attachments.map((a) => a.url).join(' ')}`,
    order.remark?.trim() && `备注：${order.remark.trim()}`
  ].filter((line): line is string => typeof line === 'string' && line !== '')
  return clip(lines.join('；'), NOTE_LENGTH)
}

export const clip = (text: string, most: number): string => {
  const signs = [...text]
  return signs.length <= most ? text : `${signs.slice(0, most - 1).join('')}…`
}

/**
 * Whom to call back. A caller who asked for confidentiality (是否保密) is not put beside the case at all: name and number stay in the
 * encrypted order. A number that is none stays there too.
 */
export function reporterOf(order: HotlineOrder): CaseReport['reporter'] {
  if (order.confidential) return undefined
  const name = order.callerName?.trim()
  const phone = order.contactPhone?.trim()
  const known = { ...(name && { name }), ...(phone && PHONE.test(phone) && { phone }) }
  return Object.keys(known).length > 0 ? known : undefined
}

/** The order as a report; its place and class are found elsewhere. `now`: an acceptTime in the future is not believed. */
export function reportOf(
  order: HotlineOrder,
  found: { system: string; place: Pick<CaseReport, 'location' | 'crs' | 'precision' | 'address'>; classCode: string },
  now: Date
): CaseReport {
  const reporter = reporterOf(order)
  const foundAt = order.acceptTime && Date.parse(order.acceptTime) <= now.getTime() ? order.acceptTime : undefined
  return {
    standardRef: 'GB/T 47678.5-2026',
    kind: 'matter',
    classCode: found.classCode,
    description: descriptionOf(order),
    sourceType: 'hotline',
    ...found.place,
    ...URGENCY_LEVELS[order.urgencyLevel ?? '一般'],
    ...(foundAt && { foundAt }),
    ...(reporter && { reporter }),
    needVisit: true,
    note: noteOf(order),
    external: {
      system: found.system,
      no: order.orderNo,
      ...(order.appealCategory && { className: order.appealCategory.join('/').slice(0, 200) }),
      ...(order.assignedDept?.trim() && { unitName: order.assignedDept.trim() })
    }
  }
}

/** The same content whatever the order of its fields: what tells a repeat from another message with the same number. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, v: unknown) =>
    v !== null && typeof v === 'object' && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : v
  )
