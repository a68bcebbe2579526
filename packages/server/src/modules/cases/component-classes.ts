import type { ItemClass } from '@chengyun/contract/registry'
import type { Db } from '../../platform/db.ts'
import { useComponentClasses } from '../registry/index.ts'
import { type ClassRow, Reference } from './queries/reference.ts'

const toItemClass = (c: ClassRow): ItemClass => ({
  code: c.code,
  name: c.name,
  nameEn: c.nameEn,
  majorCode: c.majorCode,
  majorName: c.majorName,
  standardRef: c.standardRef,
  active: c.active
})

/** Gives the registers the component classes of both generations, as this process knows them now and later. */
export function offerComponentClasses(reference: Reference): void {
  let from: unknown
  let all: ItemClass[] = []
  let byCode = new Map<string, ItemClass>()
  // The reference replaces its table when classes change: the copy is made anew then, and only then.
  const current = (): void => {
    if (from === reference.classes) return
    from = reference.classes
    all = [...reference.classes.values()].filter((c) => c.kind === 'component').map(toItemClass)
    // Four digits are of 2013, five of 2026: a code alone names its generation.
    byCode = new Map(all.map((c) => [c.code, c]))
  }
  useComponentClasses({
    all: () => {
      current()
      return all
    },
    find: (code) => {
      current()
      return byCode.get(code)
    },
    upgrade: (code2013) => reference.upgrades.get(code2013) ?? null
  })
}

/** The same for a process without a server (import by command line, set-up). */
export const offerClasses = async (db: Db): Promise<void> => offerComponentClasses(await Reference.load(db))
