import { code, page, table } from './markdown.ts'
import { type ContractModule, cataloguesOf } from './sources.ts'

/** docs/generated/errors.md: every code with its status and both texts. */
export function errorsPage(contract: readonly ContractModule[]): string {
  const parts = contract.flatMap((module) => {
    const rows = cataloguesOf(module)
      .flatMap((catalogue) => Object.entries(catalogue))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, row]) => [code(name), String(row.status), row.zh, row.en])
    return rows.length === 0 ? [] : [`## ${module.name}`, table(['Code', 'Status', '中文', 'English'], rows)]
  })
  const intro =
    'Every error is `{ code, message, details?, requestId }`. Programs decide by the code; `{names}` in a text are filled from `details`.'
  return page('Errors', 'the catalogues `*_ERRORS` of `packages/contract/src`', [intro, ...parts])
}

/** What is wrong with the catalogues: codes given twice, texts whose placeholders differ between the languages. */
export function errorFaults(contract: readonly ContractModule[]): string[] {
  const seen = new Map<string, string>()
  const faults: string[] = []
  for (const module of contract) {
    for (const catalogue of cataloguesOf(module)) {
      for (const [name, row] of Object.entries(catalogue)) {
        const text = JSON.stringify(row)
        if (seen.has(name) && seen.get(name) !== text) faults.push(`${name} stands in two catalogues with different texts`)
        seen.set(name, text)
        if (!/^[A-Z][A-Z0-9_]*$/.test(name)) faults.push(`${name} is not UPPER_SNAKE`)
        if (row.status < 400 || row.status > 599) faults.push(`${name} has status ${row.status}`)
        // A detail that is itself a sentence comes in both languages: {summary} and {summaryEn}.
        const english = row.en.replace(/\{(\w+)En\}/g, '{$1}')
        if (placeholders(row.zh) !== placeholders(english)) faults.push(`${name} fills different details into its two texts`)
      }
    }
  }
  return faults
}

const placeholders = (text: string): string => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]!))].sort().join()
