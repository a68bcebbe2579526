import type { WidgetData, WidgetQuery } from '@chengyun/contract/scenarios'
import type { Widget } from '@chengyun/scenario-kit/packs'
import type { Eye } from './eye.ts'
import { correlation } from './widgets/correlation.ts'
import { beforeAfter, kpi, ranking } from './widgets/numbers.ts'
import { map, topology } from './widgets/places.ts'
import { alarms, stations } from './widgets/stations.ts'
import { heatCalendar, trend } from './widgets/times.ts'

/** What a widget shows to a reader now; null where the pack has no such thing. */
export async function widgetData(eye: Eye, widget: Widget, query: WidgetQuery): Promise<WidgetData | null> {
  switch (widget.type) {
    case 'kpi':
      return kpi(eye, widget)
    case 'trend':
      return trend(eye, widget, query)
    case 'stations':
      return stations(eye, widget, query.known)
    case 'alarms':
      return alarms(eye, widget)
    case 'map':
      return map(eye, widget, query.known)
    case 'topology':
      return topology(eye, widget, query.known)
    case 'heatCalendar':
      return heatCalendar(eye, widget, query)
    case 'ranking':
      return ranking(eye, widget)
    case 'beforeAfter':
      return beforeAfter(eye, widget, query.during && query.during !== 'season' ? query.during : widget.during)
    case 'correlation': {
      const found = eye.pack.correlations.find((c) => c.key === widget.correlation)
      return found ? correlation(eye, found) : null
    }
  }
}
