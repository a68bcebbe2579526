import type { ItemClass } from '@chengyun/contract/registry'
import type { Db } from '../../platform/db.ts'
import { type GeoService, geoService, normalise } from '../geo/index.ts'
import type { Vocabulary } from './domain/words.ts'
import { listDivisionNames } from './queries/words.ts'

interface Names {
  revision: string
  byName: Map<string, string[]>
  longest: number
}

const known = new WeakMap<Db, Promise<Names>>()

/** Districts are also known without 区 or 市; streets and communities only by their whole names, which roads would be taken for else. */
const SUFFIX = /(?<=.{2})(区|市|县)$/u

async function loadNames(db: Db, geo: GeoService): Promise<Names> {
  const byName = new Map<string, string[]>()
  const add = (name: string, code: string): void => {
    if (name.length >= 2) byName.set(name, [...(byName.get(name) ?? []), code])
  }
  for (const { code, name } of await listDivisionNames(db)) {
    const whole = normalise(name)
    add(whole, code)
    const short = whole.replace(SUFFIX, '')
    if (code.length === 6 && short !== whole) add(short, code)
  }
  return { revision: geo.revision(), byName, longest: Math.max(0, ...[...byName.keys()].map((n) => n.length)) }
}

async function namesOf(db: Db): Promise<Names> {
  const geo = await geoService(db)
  const held = await known.get(db)
  if (held?.revision === geo.revision()) return held
  const made = loadNames(db, geo)
  known.set(db, made)
  made.catch(() => known.delete(db))
  return made
}

/** The names a query about these classes is held against. */
export async function vocabularyOf(db: Db, classes: readonly ItemClass[]): Promise<Vocabulary> {
  const { byName, longest } = await namesOf(db)
  const named = classes.map((c) => ({ code: c.code, name: normalise(c.name) }))
  return {
    classesNamed: (word) => named.filter((c) => c.name.includes(word)).map((c) => c.code),
    classEnding(text) {
      const found = named.filter((c) => c.name.length >= 2 && c.name.length < text.length && text.endsWith(c.name))
      const most = Math.max(0, ...found.map((c) => c.name.length))
      const best = found.filter((c) => c.name.length === most)
      return best[0] ? { name: best[0].name, codes: best.map((c) => c.code) } : null
    },
    divisionBeginning(text) {
      for (let n = Math.min(text.length, longest); n >= 2; n--) {
        const codes = byName.get(text.slice(0, n))
        // 市北区政府 begins with 市北区, not with 市北: the longer name was tried first. A road may begin like a district: 崂山路.
        if (codes && !/^[路街道]/u.test(text.slice(n))) return { name: text.slice(0, n), codes }
      }
      return null
    }
  }
}
