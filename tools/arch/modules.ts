import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isTest, moduleOf } from './files.ts'
import type { Use } from './sql.ts'
import type { Fault, Import } from './types.ts'

export const dependsOn = {
  name: 'depends-on',
  why: 'A module imports and reads only modules it declares in dependsOn; what it declares it needs.'
}
export const bootOrder = { name: 'boot-order', why: 'modules.ts lists every module after those it depends on.' }

export interface ModuleFacts {
  name: string
  file: string
  dependsOn: string[]
}

const FOLDER = 'packages/server/src/modules'
const ORDER_FILE = 'packages/server/src/modules.ts'

/** Name and dependsOn of each module, read from the text of its index.ts. */
export function readModules(root: string): ModuleFacts[] {
  const folder = join(root, FOLDER)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .map((name) => ({ name, file: `${FOLDER}/${name}/index.ts` }))
    .filter(({ file }) => existsSync(join(root, file)))
    .map(({ name, file }) => {
      const text = readFileSync(join(root, file), 'utf8')
      const list = /dependsOn:\s*\[([^\]]*)\]/.exec(text)?.[1] ?? ''
      return { name, file, dependsOn: [...list.matchAll(/'([^']+)'/g)].map((m) => m[1]!) }
    })
}

/** The boot order: MODULES of modules.ts, each entry by the folder it is imported from. */
export function readBootOrder(root: string): string[] {
  const text = readFileSync(join(root, ORDER_FILE), 'utf8')
  const folderOf = new Map<string, string>()
  for (const m of text.matchAll(/import\s+(.+?)\s+from\s+'\.\/modules\/([^/]+)\/index\.ts'/g)) {
    const names = m[1]!.replace(/[{}]/g, '').split(',')
    for (const name of names)
      folderOf.set(
        name
          .trim()
          .split(/\s+as\s+/)
          .at(-1)!
          .trim(),
        m[2]!
      )
  }
  const list = /MODULES[^=]*=\s*\[([\s\S]*?)\]/.exec(text)?.[1] ?? ''
  return list
    .split(',')
    .map((entry) => folderOf.get(entry.trim()))
    .filter((name) => name !== undefined)
}

/** Compare what modules declare with what they import and read, and with the boot order. Tests may use more. */
export function checkModules(
  modules: readonly ModuleFacts[],
  order: readonly string[],
  imports: readonly Import[],
  uses: readonly Use[]
): Fault[] {
  const faults: Fault[] = []
  for (const module of modules) {
    const used = new Map<string, string>()
    for (const i of imports) {
      const other = moduleOf(i.to)
      if (moduleOf(i.from) !== module.name || isTest(i.from) || other === undefined || other === module.name) continue
      if (!used.has(other)) used.set(other, `${i.from} imports it`)
    }
    for (const u of uses)
      if (u.module === module.name && !used.has(u.schema)) used.set(u.schema, `${u.file} names ${u.schema}.${u.table}`)
    for (const [other, how] of used) {
      if (module.dependsOn.includes(other)) continue
      faults.push({ rule: dependsOn.name, file: module.file, message: `does not declare '${other}' in dependsOn, but ${how}` })
    }
    for (const other of module.dependsOn) {
      if (!used.has(other))
        faults.push({ rule: dependsOn.name, file: module.file, message: `declares '${other}' in dependsOn and never uses it` })
    }
    faults.push(...orderFaults(module, order))
  }
  return faults
}

function orderFaults(module: ModuleFacts, order: readonly string[]): Fault[] {
  const at = order.indexOf(module.name)
  if (at < 0) return [{ rule: bootOrder.name, file: module.file, message: `is not listed in ${ORDER_FILE}` }]
  return module.dependsOn
    .filter((other) => !order.slice(0, at).includes(other))
    .map((other) => ({
      rule: bootOrder.name,
      file: module.file,
      message: `depends on '${other}', which does not come before it in ${ORDER_FILE}`
    }))
}
