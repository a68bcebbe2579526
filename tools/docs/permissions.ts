import { OPERATION_KEYS, operationOf, permissionOf } from '../../packages/contract/src/cases/index.ts'
import { PERMISSIONS, ROLE_FACTS, ROLE_PERMISSIONS, ROLES, separationFaults } from '../../packages/contract/src/org/index.ts'
import { code, modulesOf, page, table } from './markdown.ts'
import type { SourceFile } from './sources.ts'

/** docs/generated/permissions.md: who may what, and which requests ask for it. */
export function permissionsPage(sources: readonly SourceFile[]): string {
  const named = new Map(OPERATION_KEYS.map((key) => [permissionOf(key) as string, operationOf(key).zh]))
  const routes = routesOf(sources)
  return page('Permissions', '`packages/contract/src/org/permissions.ts` and the routes that ask for them', [
    'The delivered matrix; the security administrator may change single cells within the separation of powers. ● may. The scope says which rows: `region` the divisions of the post, `unit` what is or was with the unit and those below it, `dutyGrid` the duty grids of the post, `own` what the person reported or holds.',
    table(
      ['', ...ROLES.map((r) => ROLE_FACTS[r].zh)],
      [
        ['role', ...ROLES],
        ['scope', ...ROLES.map((r) => ROLE_FACTS[r].scope)],
        ...PERMISSIONS.map((p) => [
          `${code(p)} ${named.get(p) ?? ''}`,
          ...ROLES.map((r) => (ROLE_PERMISSIONS[r].includes(p) ? '●' : ''))
        ])
      ]
    ),
    '## Requests',
    'Paths that ask for a permission before anything else; operations on a case ask for theirs when they are carried out.',
    table(
      ['Permission', 'Asked for by'],
      PERMISSIONS.filter((p) => routes.has(p)).map((p) => [code(p), modulesOf(routes.get(p)!)])
    )
  ])
}

/** Permission → files whose routes name it. */
function routesOf(sources: readonly SourceFile[]): Map<string, string[]> {
  const out = new Map<string, string[]>()
  for (const { file, text } of sources) {
    if (!/routes|live|app/.test(file)) continue
    for (const m of text.matchAll(/permission: '([a-z]+:\w+)'/g)) out.set(m[1]!, [...new Set([...(out.get(m[1]!) ?? []), file])])
  }
  return out
}

/** Routes that name permissions nobody defined, and cells that break the separation of powers. */
export function permissionFaults(sources: readonly SourceFile[]): string[] {
  const unknown = [...routesOf(sources)]
    .filter(([p]) => !(PERMISSIONS as readonly string[]).includes(p))
    .map(([p, files]) => `${files.join(', ')} asks for ${p}, which does not exist`)
  return [...unknown, ...separationFaults(ROLE_PERMISSIONS).map((f) => `${f.role} holds ${f.permission}: ${f.why}`)]
}
