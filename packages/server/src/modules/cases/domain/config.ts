import type { ClockStage, Limit } from '@chengyun/contract/cases'

/** How this city runs the flow: edited in the console, versioned, one row. */
export interface FlowConfig {
  stageLimits: Record<Exclude<ClockStage, 'handle'>, Limit>
  /** Approved extensions a case may get (§2.12 row 22). */
  maxExtend: number
  /** A unit may say "not ours" within this time of the dispatch (row 11). */
  returnLimit: Limit
  reopenDays: number
  reworkMode: 'fresh' | 'remaining'
  /** Registration and closing proposed by the acceptor, decided by the shift leader. */
  twoStep: boolean
  /** After a unit confirmed: the dispatcher reviews, or the case goes straight to checking. */
  feedbackReview: boolean
  merge: { withinM: number; withinH: number }
  /** Collectors must bring one near and one far photo. */
  collectorPhotos: boolean
  /** Handlers must bring a photo of the result. */
  handlerPhotos: boolean
  /** Operation mode of the city: normal (平时), wartime (战时), majorEvent (重大活动保障); limits may differ by it. */
  mode: 'normal' | 'wartime' | 'majorEvent'
  /** Classes of districts, A = core: limits may be shorter there. */
  regionClass: Record<string, 'A' | 'B' | 'C'>
}

export const DEFAULT_FLOW_CONFIG: FlowConfig = {
  stageLimits: {
    accept: { kind: 'urgent_minute', value: 30 },
    verify: { kind: 'urgent_minute', value: 30 },
    register: { kind: 'urgent_minute', value: 30 },
    dispatch: { kind: 'urgent_minute', value: 15 },
    check: { kind: 'urgent_minute', value: 30 },
    close: { kind: 'urgent_minute', value: 30 }
  },
  maxExtend: 2,
  returnLimit: { kind: 'work_hour', value: 2 },
  reopenDays: 30,
  reworkMode: 'fresh',
  twoStep: false,
  feedbackReview: true,
  merge: { withinM: 50, withinH: 24 },
  collectorPhotos: true,
  handlerPhotos: true,
  mode: 'normal',
  regionClass: {}
}
