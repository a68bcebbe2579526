/** Cases on the map: where they are and stood, through time, to whoever may read them. */
import { CASE_STATUSES, type CaseMoved, type CaseStatus } from '@chengyun/contract/cases'
import type { Actor } from '../../platform/actor.ts'
import { may } from '../../platform/actor.ts'
import type { LayerFamily, LayerSource, Reach } from '../geo/index.ts'
import type { CaseEnv } from './env.ts'
import { READ, scopeFor } from './policy.ts'
import { caseQueries, LAYER_DAYS } from './queries/layer.ts'

const STATUS_NAMES: Record<CaseStatus, readonly [zh: string, en: string]> = {
  reported: ['待受理', 'To accept'],
  pending_verify: ['待核实', 'To verify'],
  pending_register: ['待立案', 'To register'],
  not_registered: ['不予立案', 'Not registered'],
  pending_dispatch: ['待派遣', 'To dispatch'],
  pending_handle: ['待处置', 'To handle'],
  handling: ['处置中', 'Handling'],
  handle_finished: ['处置完毕', 'Handled'],
  suspended: ['挂账', 'Suspended'],
  returned: ['已退回', 'Returned'],
  pending_feedback_review: ['待反馈审核', 'Feedback review'],
  pending_check: ['待核查', 'To check'],
  checking: ['核查中', 'Checking'],
  pending_close: ['待结案', 'To close'],
  closed: ['已结案', 'Closed'],
  forced_close: ['强制结案', 'Forced close'],
  cancelled: ['已作废', 'Cancelled']
}

/** The same answer as `inScope` for a case: places carry the duty grid, parties the units and the people of it. */
export function reachOfCases(actor: Actor): Reach {
  const scope = scopeFor(actor, READ)
  if (scope.all) return { all: true, regions: [], grids: [], duties: [], parties: [] }
  return {
    all: false,
    regions: scope.regions,
    grids: [],
    duties: scope.dutyGrids,
    parties: scope.own ? [...scope.unitIds, actor.id] : scope.unitIds
  }
}

const STANDARD_2026 = 'GB/T 47678.5-2026'
const STANDARD_2013 = 'GB/T 30428.2-2013'

function classNameOf(env: CaseEnv, code: string): { zh: string; en: string } {
  const [, kind, code2013] = /^(component|matter)-(.+)$/.exec(code) ?? []
  const found = kind
    ? env.reference.findClass(STANDARD_2013, kind as 'component' | 'matter', code2013 as string)
    : (env.reference.findClass(STANDARD_2026, 'component', code) ?? env.reference.findClass(STANDARD_2026, 'matter', code))
  return { zh: found?.name ?? code, en: found?.nameEn || found?.name || code }
}

/** The layer of cases. */
export function caseLayers(env: CaseEnv): LayerFamily {
  const source: LayerSource = {
    id: 'cases',
    kind: 'case',
    group: 'case',
    name: { zh: '案件', en: 'Cases' },
    symbol: { shape: 'dot', color: '#d4380d' },
    key: 'caseNo',
    fields: [],
    className: (code) => classNameOf(env, code),
    statuses: CASE_STATUSES.map((key) => ({ key, name: { zh: STATUS_NAMES[key][0], en: STATUS_NAMES[key][1] } })),
    days: LAYER_DAYS,
    paused: ['suspended'],
    labels: false,
    version: '1',
    queries: caseQueries,
    mayRead: (actor) => may(actor, READ),
    reachOf: reachOfCases,
    events: ['cases.moved', 'cases.imported', 'cases.relocated'],
    touchedBy: (event) => {
      if (event.name === 'cases.imported') return 'all'
      if (event.name === 'cases.relocated') return { keys: event.payload['caseNos'] as string[] }
      return event.name === 'cases.moved' ? { keys: [(event.payload as unknown as CaseMoved).caseNo] } : null
    },
    title: (row) => `${classNameOf(env, row.class).zh} ${row.key}`
  }
  return { list: () => [source], isStaleAfter: () => false }
}
