import { type CaseView, STAGE_OF } from '@chengyun/contract/cases'

/** One of the six steps people speak of: 上报 立案 派遣 处置 核查 结案. */
export interface StageStep {
  key: 'report' | 'register' | 'dispatch' | 'handle' | 'check' | 'close'
  at: string | null
  state: 'done' | 'now' | 'next' | 'stopped'
  auto: boolean
}

const AT_STAGE: Record<(typeof STAGE_OF)[keyof typeof STAGE_OF], number> = {
  collect: 0,
  establish: 1,
  dispatch: 2,
  handle: 3,
  feedback: 3,
  check: 4,
  end: 5
}

/** Where a case stands on the way; a case that ended early stops where it ended. */
export function stepsOf(
  view: Pick<
    CaseView,
    | 'status'
    | 'reportedAt'
    | 'registeredAt'
    | 'dispatchedAt'
    | 'disposedAt'
    | 'handledAt'
    | 'checkedAt'
    | 'closedAt'
    | 'cancelledAt'
    | 'steps'
  >
): StageStep[] {
  const at: [StageStep['key'], string | null][] = [
    ['report', view.reportedAt],
    ['register', view.registeredAt],
    ['dispatch', view.dispatchedAt],
    ['handle', view.disposedAt ?? view.handledAt],
    ['check', view.checkedAt],
    ['close', view.closedAt ?? view.cancelledAt]
  ]
  const ended = STAGE_OF[view.status] === 'end'
  const here = AT_STAGE[STAGE_OF[view.status]]
  const auto = view.steps.some((s) => s.op === 'dispatch' && (s.data['automatic'] === true || s.data['auto'] === true))
  return at.map(([key, time], i) => ({
    key,
    at: i <= here || ended ? time : null,
    state: ended ? (time ? 'done' : 'stopped') : i < here ? 'done' : i === here ? 'now' : 'next',
    auto: key === 'dispatch' && auto && time !== null
  }))
}
