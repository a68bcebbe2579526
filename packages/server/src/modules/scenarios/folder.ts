import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PackFiles } from '@chengyun/scenario-kit/packs'

/** Where the packs lie that come with the platform; `CHENGYUN_SCENARIOS` names another folder. */
export const SCENARIOS = fileURLToPath(new URL('../../../../../scenarios/', import.meta.url))
const MAX_FILE = 4_000_000

/** Names of the packs in a folder; none where there is no such folder. */
export async function listFolders(root: string): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => [])
  return entries
    .filter((e) => e.isDirectory() && /^[a-z][a-z0-9-]{1,39}$/.test(e.name))
    .map((e) => e.name)
    .sort()
}

/** The files of a pack by their path in its folder. A file too large for a pack is left out: it is then said to be missing. */
export async function readFolder(root: string, id: string): Promise<PackFiles> {
  const folder = join(root, id)
  const files = new Map<string, string>()
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const text = await readFile(path, 'utf8')
    if (text.length <= MAX_FILE) files.set(relative(folder, path).replaceAll('\\', '/'), text)
  }
  return files
}
