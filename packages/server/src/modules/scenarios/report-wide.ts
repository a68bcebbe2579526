/** What a report says of all items of a unit, or of the city. */
import { dayAt } from '@chengyun/contract/indicators'
import type { PackDocument, ReportDeclaration } from '@chengyun/scenario-kit/packs'
import type { Db } from '../../platform/db.ts'
import type { Chapter, ItemLine, Said } from './domain/report.ts'
import { spanOf } from './domain/report-due.ts'
import { alarmsWithin, indexRows, itemsFor, pointsOfAll, type ReportAlarm } from './queries/reports.ts'
import { alarmChapter, counted, type Gathered, headOf, sentence, wordsOf } from './report.ts'

const ITEMS_LISTED = 500

export interface WideAsked {
  pack: PackDocument
  report: ReportDeclaration
  /** The unit; null: the whole city. */
  unit: { id: string; code: string; name: string } | null
  day: string
  timeZone: string
}

/** Everything such a report shows. */
export async function gatherWide(db: Db, { pack, report, unit, day, timeZone }: WideAsked): Promise<Gathered> {
  const id = pack.scenario.id
  const span = spanOf(report.period, day, timeZone)
  const days = { first: dayAt(span.from.getTime(), timeZone), last: dayAt(span.to.getTime() - 1, timeZone) }
  const items = await itemsFor(db, report.subject, unit?.id ?? null)
  const ids = items.map((i) => i.id)
  const index = pack.indexes?.find((x) => x.subject === report.subject)
  const relation = index?.points ?? relationOf(pack, report)
  const points = relation ? await pointsOfAll(db, relation.register, relation.relation, ids) : []
  const owner = new Map([...ids.map((i) => [i, i] as const), ...points.map((p) => [p.id, p.of] as const)])
  const { alarms, standing } = await alarmsWithin(db, id, [...owner.keys()], span)
  const byItem = Map.groupBy(alarms, (a) => owner.get(a.item)!)
  const latest = new Map<string, { value: number; class: Said | null }>()
  if (index)
    for (const r of await indexRows(db, { pack: id, key: index.key }, ids, span))
      if (r.value !== null && r.class !== null)
        latest.set(r.item, { value: r.value, class: index.classes[r.class]?.name ?? null })
  const lines = linesOf(items, byItem, latest)
  const name = unit ? { zh: unit.name, en: unit.name } : { zh: '全市', en: 'The city' }
  const worst = lines.find((l) => l.index !== null)
  const words = wordsOf({
    ...counted(alarms),
    item: name,
    code: unit?.code ?? '',
    place: '',
    from: days.first,
    to: days.last,
    standing,
    points: points.length,
    items: items.length,
    index: worst?.index?.toFixed(1) ?? '–',
    class: worst?.class ?? '–'
  })
  const names = new Map(items.map((i) => [i.id, i.name]))
  const called = new Map([...owner].map(([thing, item]) => [thing, names.get(item) ?? '']))
  const chapters: Chapter[] = []
  for (const section of report.sections) {
    const { title } = section
    if (section.type === 'text') chapters.push(sentence(title, section.text, words))
    else if (section.type === 'alarms') chapters.push(await alarmChapter(db, id, title, alarms, called, timeZone))
    else if (section.type === 'items')
      chapters.push({
        type: 'items',
        title,
        rows: lines.slice(0, ITEMS_LISTED),
        more: Math.max(0, lines.length - ITEMS_LISTED),
        hasIndex: section.index !== undefined
      })
  }
  return {
    document: { ...headOf(pack, report, { name, code: unit?.code ?? '' }, days), chapters },
    isEmpty: alarms.length === 0 && latest.size === 0,
    things: [...owner.keys()]
  }
}

/** How points name the subject where no index says it: as another report of the pack does. */
const relationOf = (pack: PackDocument, report: ReportDeclaration) =>
  pack.reports
    ?.filter((r) => r.subject === report.subject)
    .flatMap((r) => r.sections)
    .find((s) => s.type === 'points')

/** The worst first: by the index, then by the alarms. */
function linesOf(
  items: readonly { id: string; code: string; name: string }[],
  alarms: ReadonlyMap<string, ReportAlarm[]>,
  latest: ReadonlyMap<string, { value: number; class: Said | null }>
): ItemLine[] {
  return items
    .map(({ id, code, name }): ItemLine => {
      const of = counted(alarms.get(id) ?? [])
      const at = latest.get(id)
      return { code, name, alarms: of.alarms, grave: of.grave, index: at?.value ?? null, class: at?.class ?? null }
    })
    .sort((a, b) => (a.index ?? 101) - (b.index ?? 101) || b.grave - a.grave || b.alarms - a.alarms || (a.code < b.code ? -1 : 1))
}
