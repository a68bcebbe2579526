import { FUNNEL_KEYS, FUNNEL_TEXT, TURNS } from './funnel.ts'
import { faultsOf, type ReplayReport } from './run.ts'

const STAGE_TEXT: Record<string, string> = {
  collect: '上报 report',
  establish: '立案 register',
  dispatch: '派遣 dispatch',
  handle: '处置 handle',
  feedback: '反馈 feedback',
  check: '核查 check',
  accept: '受理 accept',
  verify: '核实 verify',
  register: '立案 register',
  close: '结案 close'
}
const TURN_TEXT: Record<string, string> = {
  sendVerify: '核实 verified',
  returnToDispatcher: '退回 returned',
  approveExtend: '延期 extension decided',
  approveSuspend: '挂账 suspended',
  deptReject: '打回 sent back by unit',
  rework: '返工 rework',
  checkFailRework: '核查返工 failed check',
  visit: '回访 visited'
}

/** Seconds as a person reads them. */
export function duration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`
  if (seconds < 120) return `${seconds.toFixed(1)} s`
  if (seconds < 7200) return `${(seconds / 60).toFixed(1)} min`
  return seconds < 172_800 ? `${(seconds / 3600).toFixed(1)} h` : `${(seconds / 86_400).toFixed(1)} d`
}

/** Width on a terminal: Chinese characters take two columns. */
const widthOf = (text: string): number => [...text].reduce((n, c) => n + (/[\u2e80-\uffdf]/.test(c) ? 2 : 1), 0)
const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)))
const right = (value: string | number, width: number): string => String(value).padStart(width)

/** The report of a replay for a person at a terminal. */
export function inWords(report: ReplayReport): string {
  const { audit, overview } = report
  const { funnel } = audit
  const { counts } = funnel
  const lines = ['', '漏斗 Funnel                    replay  overview']
  for (const key of FUNNEL_KEYS) {
    const seen = overview.counts[key] - (overview.before[key] ?? 0)
    const bar = '█'.repeat(Math.round((30 * counts[key]) / Math.max(1, counts.report)))
    lines.push(
      `  ${pad(FUNNEL_TEXT[key], 26)}${right(counts[key], 9)}${right(seen, 10)} ${seen === counts[key] ? '=' : '≠'} ${bar}`
    )
  }
  lines.push(`  ${pad('其中自动派遣 by itself', 26)}${right(funnel.automatic, 9)}`)
  lines.push('', `过程 On the way: ${TURNS.map((t) => `${TURN_TEXT[t]} ${funnel.turns[t]}`).join(' · ')}`)
  lines.push('', '用时 Time per stage (wall)      cases       p50       p95')
  for (const [stage, { cases, p50, p95 }] of Object.entries(funnel.stages()))
    lines.push(`  ${pad(STAGE_TEXT[stage] ?? stage, 26)}${right(cases, 9)}${right(duration(p50), 10)}${right(duration(p95), 10)}`)
  lines.push('', '计时 Clocks, as recorded        steps       p50       p95   overdue')
  for (const [stage, { steps, p50, p95, overdue }] of Object.entries(audit.clocks)) {
    lines.push(
      `  ${pad(STAGE_TEXT[stage] ?? stage, 26)}${right(steps, 9)}${right(duration(p50), 10)}${right(duration(p95), 10)}${right(overdue, 10)}`
    )
  }
  lines.push(
    '',
    `历史 Histories: ${audit.verified} of ${audit.cases} verified, ${audit.steps} steps; ${audit.acknowledged} acknowledged transitions, ${audit.lost.length} lost`,
    `速度 Speed: ${report.transitions} transitions in ${duration(report.seconds)}, ${(report.transitions / Math.max(0.001, report.seconds)).toFixed(0)}/s; ${report.requests} requests, ${report.retries} sent again`,
    `行 Rows: ${report.read} read = ${counts.report} cases + ${report.foreign} already there + ${report.rejected} refused${report.rejected > 0 ? ` (${report.rejects})` : ''}`
  )
  for (const f of report.failed.slice(0, 10)) lines.push(`  ✗ row ${f.row} ${f.no}: ${f.message}`)
  for (const b of audit.broken.slice(0, 10)) lines.push(`  ✗ ${b.caseNo}: ${b.finding}`)
  for (const l of audit.lost.slice(0, 10)) lines.push(`  ✗ ${l.caseNo}: ${l.op} at version ${l.version} is not in the history`)
  const faults = faultsOf(report)
  if (report.interrupted) lines.push('', `interrupted: --resume goes on (${report.journal})`)
  lines.push('', faults.length === 0 ? '全部相符 Everything agrees.' : `不符 Not so: ${faults.join('; ')}`)
  return lines.join('\n')
}
