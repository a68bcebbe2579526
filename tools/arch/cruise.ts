import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ROOTS } from './files.ts'
import type { Fault, Import } from './types.ts'

const run = promisify(execFile)
const BIN = fileURLToPath(new URL('../../bin/dependency-cruiser.mjs', import.meta.resolve('dependency-cruiser')))

interface Report {
  modules: {
    source: string
    dependencies: { resolved: string; dependencyTypes: string[]; couldNotResolve: boolean; module: string }[]
  }[]
  summary: { violations: { from: string; to: string; rule: { name: string; severity: string }; cycle?: { name: string }[] }[] }
}

export interface Cruised {
  files: Set<string>
  imports: Import[]
  faults: Fault[]
}

export const unresolved = {
  name: 'no-broken-import',
  why: 'An import that leads nowhere hides a dependency from every other rule.'
}
export const coverage = {
  name: 'every-file-seen',
  why: 'A checker that looked at fewer files than there are proves nothing about the rest.'
}

/** Runs dependency-cruiser over the sources below `root` with its .dependency-cruiser.cjs. */
export async function cruise(root: string): Promise<Cruised> {
  const targets = ROOTS.filter((folder) => existsSync(join(root, folder)))
  const args = [BIN, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...targets]
  const { stdout } = await run(process.execPath, args, { cwd: root, maxBuffer: 512 * 1024 * 1024 }).catch(
    (error: { stdout?: string; stderr?: string }) => {
      // It exits with the number of errors it found; a report is a report.
      if (error.stdout?.startsWith('{')) return { stdout: error.stdout }
      throw new Error(`dependency-cruiser did not run: ${error.stderr ?? String(error)}`)
    }
  )
  return digest(JSON.parse(stdout) as Report)
}

function digest(report: Report): Cruised {
  const files = new Set(report.modules.map((m) => m.source))
  const imports = report.modules.flatMap((m) => m.dependencies.map((d) => ({ from: m.source, to: d.resolved })))
  const faults = report.summary.violations.map((v): Fault => ({ rule: v.rule.name, file: v.from, message: sentence(v) }))
  for (const m of report.modules) {
    if (!/^(packages|tools|bench|e2e|cities)\//.test(m.source)) continue
    for (const d of m.dependencies) {
      const ours = d.module.startsWith('.') || d.module.startsWith('@chengyun/')
      if (d.couldNotResolve && ours)
        faults.push({ rule: unresolved.name, file: m.source, message: `imports ${d.module}, which does not exist` })
    }
  }
  return { files, imports, faults }
}

function sentence(v: Report['summary']['violations'][number]): string {
  if (v.cycle) return `needs itself: ${[v.from, ...v.cycle.map((c) => c.name)].join(' → ')}`
  return `imports ${v.to}`
}

/** Complains when the cruiser saw fewer files than there are. */
export function missedFiles(seen: ReadonlySet<string>, there: readonly string[]): Fault[] {
  if (seen.size === 0) return [{ rule: coverage.name, file: '.', message: 'the cruiser saw no file at all' }]
  return there
    .filter((file) => !seen.has(file))
    .map((file) => ({ rule: coverage.name, file, message: 'was not seen by the cruiser' }))
}
