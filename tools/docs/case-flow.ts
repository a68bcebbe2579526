import {
  BARRED_AFTER,
  CASE_ERRORS,
  CASE_STATUSES,
  FINAL_STATUSES,
  isOpen,
  OPERATION_KEYS,
  type Operation,
  type OperationKey,
  operationOf,
  permissionOf,
  QUEUES,
  STAGE_OF
} from '../../packages/contract/src/cases/index.ts'
import { ROLE_FACTS, ROLE_PERMISSIONS, ROLES } from '../../packages/contract/src/org/index.ts'
import { code, page, table } from './markdown.ts'

/** Row of the standard's table that is no step of a case. */
const AUTHORISE = 27
const HOLDER: Record<Operation['holder'], string> = {
  scope: '',
  task: 'who holds the task',
  unit: 'of the unit that holds the case',
  handler: 'the handler or the unit',
  reporter: 'who reported it'
}

export interface FlowTexts {
  /** Chinese names of statuses, keyed `status.<status>`. */
  words: Record<string, string>
  /** Text of cases/domain/guards.ts: which error each guard answers with. */
  guards: string
}

/** docs/generated/case-flow.md: the transition table, its diagram, guards and queues. */
export function caseFlowPage(texts: FlowTexts): string {
  const zh = (status: string) => texts.words[`status.${status}`] ?? ''
  const guards = [...new Set(OPERATION_KEYS.flatMap((key) => operationOf(key).guards ?? []))]
  return page(
    'The case flow',
    '`packages/contract/src/cases/flow.ts`, which the server enforces and the consoles draw their buttons from',
    [
      'Operations carry the numbers of the official table. Every operation writes one record to the history of the case, in the same commit.',
      '## Statuses',
      table(
        ['Status', '中文', 'Stage', 'Queues of the desk'],
        CASE_STATUSES.map((s) => [
          code(s),
          zh(s),
          isOpen(s) ? STAGE_OF[s] : 'end',
          Object.entries(QUEUES)
            .filter(([, q]) => (q.statuses as readonly string[]).includes(s))
            .map(([key]) => code(key))
            .join(', ')
        ])
      ),
      diagram(),
      '## Operations',
      table(['No.', 'Operation', '中文', 'Roles', 'From', 'To', 'Needs', 'Guards', 'Clocks'], operationRows()),
      '*Italic* needs may be left out. “open” is every status that is not an end; “same” keeps the status; “back” returns to where the side step began. ▲ pushes the case on: barred to whoever just got it back. ⧉ may be done to many cases at once.',
      '## Guards',
      table(
        ['Guard', 'Refused with', 'Meaning'],
        guards.map((g) => guardRow(g, texts.guards))
      ),
      '## After a return',
      'Whoever got a case back may not push it straight on:',
      Object.entries(BARRED_AFTER)
        .map(([after, barred]) => `- after ${code(after)} not ${barred!.map(code).join(', ')}`)
        .join('\n')
    ]
  )
}

function operationRows(): string[][] {
  const rows = OPERATION_KEYS.map((key) => ({ no: operationOf(key).no, cells: operationRow(key) }))
  const note = 'no step of a case: a shift leader or leader lends operations to a person for a time (`org:delegate`)'
  const roles = ROLES.filter((r) => ROLE_PERMISSIONS[r].includes('org:delegate')).map((r) => ROLE_FACTS[r].zh)
  rows.push({ no: AUTHORISE, cells: [String(AUTHORISE), '`delegate`', '授权', roles.join(' '), '', '', '', note, ''] })
  return rows.sort((a, b) => a.no - b.no).map((r) => r.cells)
}

function operationRow(key: OperationKey): string[] {
  const op = operationOf(key)
  const roles = ROLES.filter((r) => ROLE_PERMISSIONS[r].includes(permissionOf(key))).map((r) => ROLE_FACTS[r].zh)
  const holder = HOLDER[op.holder]
  const needs = (op.needs ?? []).map((n) => {
    const options = n.options ? ` (${n.options.join(', ')})` : ''
    return n.required ? `${n.field}${options}` : `*${n.field}*${options}`
  })
  return [
    String(op.no),
    `${code(key)}${op.push ? ' ▲' : ''}${op.bulk ? ' ⧉' : ''}`,
    op.zh,
    `${op.system ? 'the platform' : roles.join(' ')}${holder ? ` — ${holder}` : ''}`,
    typeof op.from === 'string' ? (op.from === 'none' ? '–' : op.from) : op.from.map(code).join(' '),
    op.to === 'same' || op.to === 'back' ? op.to : code(op.to),
    needs.join(', '),
    (op.guards ?? []).map(code).join(' '),
    (op.clocks ?? []).join(', ')
  ]
}

function guardRow(guard: string, text: string): string[] {
  const from = text.indexOf(`\n  ${guard}: (`)
  const body = from < 0 ? '' : text.slice(from, text.indexOf('\n  }', from))
  const codes = [...new Set([...body.matchAll(/\bno\('(\w+)'/g)].map((m) => m[1]!))]
  const meaning = codes.map((c) => (CASE_ERRORS as Record<string, { en: string }>)[c]?.en ?? '').join('; ')
  return [code(guard), codes.map(code).join(' '), meaning]
}

/** Names of guards of the flow table for which guards.ts has no function. */
export const guardFaults = (text: string): string[] =>
  [...new Set(OPERATION_KEYS.flatMap((key) => operationOf(key).guards ?? []))]
    .filter((g) => guardRow(g, text)[1] === '')
    .map((g) => `guard ${g} refuses nothing in guards.ts`)

function diagram(): string {
  const edges = new Map<string, string[]>()
  const edge = (from: string, to: string, key: string) =>
    edges.set(`${from} --> ${to}`, [...(edges.get(`${from} --> ${to}`) ?? []), key])
  for (const key of OPERATION_KEYS) {
    const { from, to } = operationOf(key)
    if (to === 'same') continue
    const froms = from === 'none' ? ['[*]'] : from === 'open' ? ['open'] : from
    for (const f of froms) {
      if (to !== 'back') edge(f, to, key)
      else for (const before of beforeSuspension()) edge(f, before, key)
    }
  }
  for (const end of FINAL_STATUSES) edges.set(`${end} --> [*]`, [])
  const lines = [...edges].map(([arrow, keys]) => `  ${arrow}${keys.length > 0 ? `: ${keys.join(', ')}` : ''}`)
  return ['```mermaid', 'stateDiagram-v2', '  state "any open status" as open', ...lines, '```'].join('\n')
}

const beforeSuspension = (): readonly string[] => {
  const { from } = operationOf('approveSuspend')
  return typeof from === 'string' ? [] : from
}
