import type { PageWidget, WidgetType } from '@chengyun/contract/scenarios'
import type { ComponentType } from 'react'
import { Alarms } from './Alarms.tsx'
import { BeforeAfter } from './BeforeAfter.tsx'
import { Correlation } from './Correlation.tsx'
import { HeatCalendar } from './HeatCalendar.tsx'
import { Kpi } from './Kpi.tsx'
import { LayerMap } from './LayerMap.tsx'
import { Ranking } from './Ranking.tsx'
import { Stations } from './Stations.tsx'
import { Topology } from './Topology.tsx'
import { Trend } from './Trend.tsx'

export interface WidgetProps {
  widget: PageWidget
  /** Number of the widget on its page. */
  n: number
}

/** What draws each kind of widget. */
export const WIDGETS: Record<WidgetType, ComponentType<WidgetProps>> = {
  kpi: Kpi,
  trend: Trend,
  stations: Stations,
  alarms: Alarms,
  map: LayerMap,
  topology: Topology,
  heatCalendar: HeatCalendar,
  ranking: Ranking,
  beforeAfter: BeforeAfter,
  correlation: Correlation
}
