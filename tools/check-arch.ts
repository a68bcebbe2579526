// The architecture as a program: checks the sources against every rule, then plants a breach of each rule in a scratch copy and makes
// sure that it is noticed. `--no-prove` leaves the second part out, `--prove` does only it. Exit code 1 when something is wrong.
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { checkTree, OWN_RULES } from './arch/check.ts'
import { proveRules } from './arch/plant.ts'
import type { Fault, Rule } from './arch/types.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

const config = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as { forbidden: { name: string; comment: string }[] }
const RULES: readonly Rule[] = [...config.forbidden.map((r) => ({ name: r.name, why: r.comment })), ...OWN_RULES]

/** Print faults rule by rule, each rule with its reason. Returns how many are errors. */
function report(faults: readonly Fault[]): number {
  for (const rule of RULES) {
    const mine = faults.filter((f) => f.rule === rule.name)
    for (const [kind, some] of Object.entries(Object.groupBy(mine, (f) => (f.warning ? 'warning' : 'error')))) {
      console.log(`\n${kind}: ${rule.name} — ${rule.why}`)
      for (const f of some) console.log(`  ${f.file} ${f.message}`)
    }
  }
  return faults.filter((f) => !f.warning).length
}

const started = performance.now()
const seconds = (): string => `${((performance.now() - started) / 1000).toFixed(1)} s`
const only = process.argv.includes('--prove')
let wrong = 0

if (!only) {
  const { files, cruised, faults, packs } = await checkTree(ROOT)
  wrong += report(faults)
  console.log(
    `\n${files} source files, ${cruised.imports.length} imports, ${RULES.length} rules: ${wrong === 0 ? 'sound' : `${wrong} breaches`} (${seconds()})`
  )
  console.log(`${packs.packs} scenario packs, ${packs.hooks} typed hooks`)
}
if (!process.argv.includes('--no-prove')) {
  const failures = await proveRules(
    ROOT,
    RULES.map((r) => r.name)
  )
  for (const failure of failures) console.log(`error: ${failure}`)
  wrong += failures.length
  if (failures.length === 0) console.log(`Each of the ${RULES.length} rules noticed the breach planted for it (${seconds()})`)
}
process.exitCode = wrong === 0 ? 0 : 1
