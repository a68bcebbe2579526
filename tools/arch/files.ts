import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'

/** Where source files are. */
export const ROOTS = ['packages', 'tools', 'bench', 'e2e', 'cities'] as const
const SKIPPED = new Set(['node_modules', 'dist', 'coverage', '.data', '.git', 'public'])

/** All files below a folder whose name fits, with paths relative to `root` and forward slashes. */
export function filesBelow(root: string, folder: string, fits: RegExp): string[] {
  const out: string[] = []
  const walk = (at: string) => {
    let entries: ReturnType<typeof read>
    try {
      entries = read(at)
    } catch {
      return
    }
    for (const entry of entries) {
      if (SKIPPED.has(entry.name)) continue
      const path = join(at, entry.name)
      if (entry.isDirectory()) walk(path)
      else if (fits.test(entry.name)) out.push(relative(root, path).replaceAll('\\', '/'))
    }
  }
  walk(join(root, folder))
  return out.sort()
}

const read = (at: string) => readdirSync(at, { withFileTypes: true })

export const sourcesOf = (root: string): string[] => ROOTS.flatMap((folder) => filesBelow(root, folder, /\.[cm]?tsx?$/))

export const isTest = (file: string): boolean => /\.(test|testing)\.tsx?$/.test(file)

/** The module a file belongs to, or undefined. */
export const moduleOf = (file: string): string | undefined => /^packages\/server\/src\/modules\/([^/]+)\//.exec(file)?.[1]
