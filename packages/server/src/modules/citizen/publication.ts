/** Public cases as a collection (OGC API – Features): the same for everybody, without words and people. */
import type * as GeoJSON from 'geojson'
import { type PublishedField, publish } from '../geo/index.ts'
import { shownPlace } from './domain/citizen-privacy.ts'
import { countCases, findCase, type PublishedCase, pageCases } from './queries/published.ts'

const field = (name: string, type: PublishedField['type'], zh: string, en: string): PublishedField => ({
  name,
  type,
  title: { zh, en }
})
const FIELDS: readonly PublishedField[] = [
  field('caseNo', 'string', '案件编号', 'Case number'),
  { ...field('kind', 'string', '种类', 'Kind'), values: ['component', 'matter'] },
  field('class', 'string', '小类代码', 'Class'),
  field('open', 'boolean', '办理中', 'Open'),
  field('status', 'string', '状态', 'Status'),
  field('grid', 'string', '单元网格', 'Unit grid'),
  field('reportedAt', 'date-time', '上报时间', 'Reported'),
  field('updatedAt', 'date-time', '更新时间', 'Updated')
]

const featureOf = (c: PublishedCase): GeoJSON.Feature => ({
  type: 'Feature',
  id: c.case_no,
  geometry: { type: 'Point', coordinates: shownPlace(c.lng, c.lat, c.class_code).location },
  properties: {
    caseNo: c.case_no,
    kind: c.kind,
    class: c.class_code,
    open: c.is_open,
    status: c.status,
    grid: c.grid_code,
    reportedAt: c.reported_at.toISOString(),
    updatedAt: c.updated_at.toISOString()
  }
})

/** Called once when the module starts. */
export function publishCases(): void {
  publish('citizen', async (db) => [
    {
      id: 'cases',
      title: { zh: '公开案件', en: 'Public cases' },
      description: {
        zh: '可公开的案件：类别、位置（约 10 米）与进度，不含诉求人与文字',
        en: 'Cases the public may know of: class, place within 10 m and progress; no words, no people'
      },
      geometry: 'Point',
      fields: FIELDS,
      time: 'reportedAt',
      extent: async () => ({ box: null, from: null, to: null }),
      page: async (question) => {
        const found = await pageCases(db, question)
        const page = found.slice(0, question.limit)
        return {
          features: page.map(featureOf),
          matched: await countCases(db, question),
          next: found.length > page.length ? (page.at(-1) as PublishedCase).case_no : null
        }
      },
      find: async (id) => {
        const c = await findCase(db, id)
        return c ? featureOf(c) : null
      }
    }
  ])
}
