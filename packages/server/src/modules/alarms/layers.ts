/** Open alarms on the map, to whoever may read them. */
import { ALARM_LEVEL_NAMES, type AlarmLevel, type AlarmsMoved } from '@chengyun/contract/alarms'
import { may } from '../../platform/actor.ts'
import type { Db } from '../../platform/db.ts'
import type { LayerFamily, LayerSource } from '../geo/index.ts'
import { reachOf } from '../registry/index.ts'
import { READ } from './policy.ts'
import { alarmQueries } from './queries/layer.ts'

/** Classes of the layer are levels: what is drawn by class is drawn by how grave it is. */
const classNameOf = (code: string) => ALARM_LEVEL_NAMES[Number(code) as AlarmLevel] ?? { zh: code, en: code }

export function alarmLayers(db: Db): LayerFamily {
  const source: LayerSource = {
    id: 'alarms',
    kind: 'device',
    group: 'alarm',
    name: { zh: '报警', en: 'Alarms' },
    symbol: { shape: 'triangle', color: '#cf1322' },
    key: 'code',
    fields: [],
    className: classNameOf,
    statuses: [
      { key: 'pending', name: { zh: '待处置', en: 'Waiting' }, tone: 'late' },
      { key: 'handling', name: { zh: '处置中', en: 'In hand' }, tone: 'soon' }
    ],
    days: null,
    paused: null,
    labels: false,
    // One grave alarm must not be counted away among lesser ones.
    singleUpTo: 12_000,
    version: '1',
    queries: alarmQueries,
    mayRead: (actor) => may(actor, READ),
    reachOf: async (actor) => {
      const reach = await reachOf(db, actor, READ)
      const parties = reach.all ? [] : [...reach.unitIds, actor.id]
      return reach.all
        ? { all: true, regions: [], grids: [], duties: [], parties: [] }
        : { all: false, regions: reach.regions, grids: reach.grids, duties: [], parties }
    },
    events: ['alarms.moved'],
    touchedBy: (event) => (event.name === 'alarms.moved' ? { keys: [(event.payload as unknown as AlarmsMoved).alarm.id] } : null),
    title: (row) => row.label || `${classNameOf(row.class).zh} ${row.key}`
  }
  return { list: () => [source], isStaleAfter: () => false }
}
