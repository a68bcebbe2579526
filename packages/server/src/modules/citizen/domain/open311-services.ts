import type { Open311Service, Open311ServiceFile } from '@chengyun/contract/public'

/** A class as the platform knows it. */
export interface KnownClass {
  standardRef: string
  kind: string
  code: string
  majorCode: string
  active: boolean
}
/** Which class of the 2026 edition a class of the 2013 edition became. */
export interface ClassMapping {
  kind_2013: string
  code_2013: string
  kind: string | null
  code: string | null
}
/** A class as a question to the table of cases names it. */
export interface ClassKey {
  kind: string
  code: string
}

const NOW = 'GB/T 47678.5-2026'
/** Takes what no service names, so that every case has a service. */
const REST = 'other'

/**
 * Services ↔ classes, both ways. A class named by a service goes before its major; classes of 2013 follow what they became. Services
 * whose own class this city does not have are not offered.
 */
export class ServiceTable {
  readonly services: readonly Open311Service[]
  readonly groups: ReadonlyMap<string, { name: string; nameEn: string }>
  readonly #byCode: ReadonlyMap<string, Open311Service>
  readonly #byClass = new Map<string, Open311Service>()
  readonly #classes = new Map<string, ClassKey[]>()
  readonly #rest: Open311Service

  constructor(file: Open311ServiceFile, classes: readonly KnownClass[], mappings: readonly ClassMapping[]) {
    const named = new Map<string, Open311Service>()
    for (const service of file.services) for (const key of [service.class, ...service.also]) named.set(key, service)
    const active = new Set(classes.filter((c) => c.active && c.standardRef === NOW).map((c) => `${c.kind}:${c.code}`))
    this.services = file.services.filter((s) => active.has(s.class))
    this.groups = new Map(file.groups.map((g) => [g.code, g]))
    this.#byCode = new Map(this.services.map((s) => [s.code, s]))
    this.#rest = file.services.find((s) => s.code === REST) ?? file.services.at(-1)!
    const became = new Map(mappings.map((m) => [`${m.kind_2013}:${m.code_2013}`, m]))
    const serviceFor = (kind: string, code: string): Open311Service =>
      named.get(`${kind}:${code}`) ?? named.get(`major:${kind}:${code.slice(0, 2)}`) ?? this.#rest
    for (const c of classes) {
      const now = c.standardRef === NOW ? c : became.get(`${c.kind}:${c.code}`)
      const service = now?.kind && now.code ? serviceFor(now.kind, now.code) : this.#rest
      this.#byClass.set(`${c.standardRef}|${c.kind}:${c.code}`, service)
      const list = this.#classes.get(service.code) ?? []
      if (!list.some((k) => k.kind === c.kind && k.code === c.code)) list.push({ kind: c.kind, code: c.code })
      this.#classes.set(service.code, list)
    }
  }

  find(code: string): Open311Service | undefined {
    return this.#byCode.get(code)
  }

  /** The service a case is shown under. */
  of(standardRef: string, kind: string, classCode: string): Open311Service {
    return this.#byClass.get(`${standardRef}|${kind}:${classCode}`) ?? this.#rest
  }

  /** The classes shown under a service. Class numbers of the two editions differ in length, so that a number names one class a kind. */
  classesOf(code: string): readonly ClassKey[] {
    return this.#classes.get(code) ?? []
  }

  /** Classes that are in no public answer. */
  hidden(): readonly ClassKey[] {
    return [...this.#classes].flatMap(([code, keys]) => (this.isHidden(code) ? keys : []))
  }

  isHidden(code: string): boolean {
    return this.#byCode.get(code)?.place === 'hidden'
  }
}
