import type { UnitView, UserView } from '@chengyun/contract/org'
import { unitKeyAt } from '../../import/codes.ts'
import { Account } from './account.ts'
import type { HttpClient } from './client.ts'

/** The desks that act on a case; people named by it (handler, collector) are found by their id. */
export const DESKS = {
  hotline: 'hotlineoperator',
  acceptor: 'acceptor',
  shiftLeader: 'shiftleader',
  dispatcher: 'dispatcher',
  dept: 'dept',
  leader: 'leader'
} as const
export type Desk = keyof typeof DESKS

export class NoDemoError extends Error {}

/** Who works the orders: accounts of the demonstration, found through the API like anyone could. */
export class Staff {
  readonly #client: HttpClient
  readonly #password: string
  readonly #accounts = new Map<string, Account>()
  readonly #usernames = new Map<string, string>()
  readonly #unitsByKey = new Map<string, UnitView>()
  readonly #units = new Map<string, UnitView>()
  readonly #handlersOf = new Map<string, string[]>()
  readonly #handlerCache = new Map<string, string | null>()

  private constructor(client: HttpClient, password: string) {
    this.#client = client
    this.#password = password
  }

  /** Signs in and reads the organisation. @throws NoDemoError when the server has no demonstration accounts */
  static async load(client: HttpClient): Promise<Staff> {
    const page = await client.send({ method: 'GET', path: '/api/sign-in' })
    const demo = (page.body as { demo: { password: string } | null }).demo
    if (!demo)
      throw new NoDemoError(
        'the server has no demonstration accounts: start it with a demonstration city, e.g. `npm start -- --city haikou --no-simulate`'
      )
    const staff = new Staff(client, demo.password)
    const reader = staff.desk('acceptor')
    for await (const unit of pages<UnitView>(reader, '/api/org/units?limit=1000')) {
      staff.#units.set(unit.id, unit)
      staff.#unitsByKey.set(unit.key, unit)
    }
    for await (const user of pages<UserView>(reader, '/api/org/users?role=handler&limit=200')) staff.#addHandler(user)
    for await (const user of pages<UserView>(reader, '/api/org/users?role=collector&limit=200'))
      staff.#usernames.set(user.id, user.username)
    return staff
  }

  #addHandler(user: UserView): void {
    this.#usernames.set(user.id, user.username)
    for (const post of user.posts) {
      if (post.role === 'handler') this.#handlersOf.set(post.unitId, [...(this.#handlersOf.get(post.unitId) ?? []), user.id])
    }
  }

  desk(desk: Desk): Account {
    return this.#account(DESKS[desk])
  }

  /** The account of a person a case names. */
  async person(userId: string): Promise<Account> {
    const known = this.#usernames.get(userId)
    if (known !== undefined) return this.#account(known)
    const user = await this.desk('acceptor').get<UserView>(`/api/org/users/${userId}`)
    this.#usernames.set(userId, user.username)
    return this.#account(user.username)
  }

  #account(username: string): Account {
    const account = this.#accounts.get(username) ?? new Account(this.#client, username, this.#password)
    this.#accounts.set(username, account)
    return account
  }

  unitKeys(): ReadonlySet<string> {
    return new Set(this.#unitsByKey.keys())
  }

  /**
   * The unit that a key of a map means for a place: `street`, `district-<key>`, or a unit. Null when there is none there, e.g. the
   * street is not known.
   */
  unitFor(key: string | null, place: { districtCode: string | null; streetCode: string | null }): UnitView | null {
    if (key === null) return null
    const full = unitKeyAt(key, place)
    return (full && this.#unitsByKey.get(full)) || null
  }

  /** Who takes what nobody is responsible for: the street, the district, the first unit of the city. */
  lastResort(place: { districtCode: string | null; streetCode: string | null }): UnitView {
    const found =
      this.unitFor('street', place) ??
      this.unitFor('district-center', place) ??
      [...this.#units.values()].find((u) => u.kind === 'city_department')
    if (!found) throw new Error('the organisation has no unit that could handle a case')
    return found
  }

  unit(id: string): UnitView | undefined {
    return this.#units.get(id)
  }

  /** Somebody who can handle for a unit: of the unit itself, else of one below it. */
  handlerFor(unitId: string): string | null {
    const known = this.#handlerCache.get(unitId)
    if (known !== undefined) return known
    const below = [...this.#units.values()]
      .filter((u) => u.id === unitId || this.#isBelow(u, unitId))
      .sort((a, b) => a.depth - b.depth)
    const own = (id: string) =>
      this.#handlersOf.get(id)?.find((h) => this.#usernames.get(h)?.startsWith('handler.')) ?? this.#handlersOf.get(id)?.[0]
    const found = below.map((u) => own(u.id)).find((h) => h !== undefined) ?? null
    this.#handlerCache.set(unitId, found)
    return found
  }

  #isBelow(unit: UnitView, ancestorId: string): boolean {
    for (let at = unit.parentId; at !== null; at = this.#units.get(at)?.parentId ?? null) if (at === ancestorId) return true
    return false
  }
}

async function* pages<T>(account: Account, path: string): AsyncGenerator<T> {
  let after: string | null = null
  do {
    const page: { items: T[]; next: string | null } = await account.get(
      after === null ? path : `${path}&after=${encodeURIComponent(after)}`
    )
    yield* page.items
    after = page.next
  } while (after !== null)
}
