import type { Client } from './client.ts'

interface UserView {
  id: string
  username: string
}
interface Page<T> {
  items: T[]
  next?: string | null
}

/** Who is who: account names for the ids that cases carry. Looked up once, through the API, and remembered. */
export class Staff {
  readonly #client: Client
  /** The accounts visitors of the demonstration sign in with, by role: the simulator leaves them to visitors. */
  readonly #visitors: ReadonlyMap<string, string>
  readonly #names = new Map<string, Promise<string>>()
  readonly #ofUnit = new Map<string, Promise<readonly string[]>>()
  #stations: Promise<Map<string, string>> | undefined
  /** Account that reads what everybody may know: of the city centre, which sees the whole city. */
  reader: string
  #centre = ''

  constructor(client: Client, visitors: ReadonlyMap<string, string>) {
    this.#client = client
    this.#visitors = visitors
    this.reader = visitors.get('leader') ?? 'leader'
  }

  /** Find the city centre and a colleague of its leader to read with. */
  async start(): Promise<void> {
    const units = await this.#client.get<Page<{ id: string }>>(this.reader, '/api/org/units?kind=city_center&limit=1')
    this.#centre = units.items[0]?.id ?? ''
    this.reader = (await this.atCentre('leader'))[0] ?? this.reader
  }

  isVisitor(username: string): boolean {
    return [...this.#visitors.values()].includes(username)
  }

  /** Account of a person. */
  usernameOf(id: string): Promise<string> {
    return remember(this.#names, id, async () => (await this.#client.get<UserView>(this.reader, `/api/org/users/${id}`)).username)
  }

  /** Accounts of a role at the city centre. */
  atCentre(role: string): Promise<readonly string[]> {
    return this.inUnit(role, this.#centre)
  }

  /** Accounts of a role in one unit; the visitors' account of that role where the unit has nobody else. */
  inUnit(role: string, unitId: string): Promise<readonly string[]> {
    return remember(this.#ofUnit, `${role}/${unitId}`, async () => {
      const page = await this.#client.get<Page<UserView>>(
        this.reader,
        `/api/org/users?unitId=${unitId}&role=${role}&status=active&limit=50`
      )
      for (const user of page.items) this.#names.set(user.id, Promise.resolve(user.username))
      const names = page.items.map((u) => u.username)
      const staff = names.filter((name) => !this.isVisitor(name))
      return staff.length > 0 ? staff : names.length > 0 ? names : [this.#visitors.get(role) ?? role.toLowerCase()]
    })
  }

  /** Collectors who patrol a street (division code of nine digits). */
  async collectorsOf(streetCode: string): Promise<readonly string[]> {
    const unitId = await this.stationOf(streetCode)
    return unitId === undefined ? [this.#visitors.get('collector') ?? 'collector'] : this.inUnit('collector', unitId)
  }

  /** The street's own station. */
  async stationOf(streetCode: string): Promise<string | undefined> {
    this.#stations ??= this.#readStations()
    this.#stations.catch(() => {
      this.#stations = undefined
    })
    return (await this.#stations).get(streetCode)
  }

  async #readStations(): Promise<Map<string, string>> {
    const page = await this.#client.get<Page<{ id: string; streetCode: string | null }>>(
      this.reader,
      '/api/org/units?kind=street_station&limit=1000'
    )
    return new Map(page.items.flatMap((u) => (u.streetCode === null ? [] : [[u.streetCode, u.id] as const])))
  }
}

/** A failed look-up is forgotten, so that the next one tries again. */
function remember<T>(memory: Map<string, Promise<T>>, key: string, look: () => Promise<T>): Promise<T> {
  const known = memory.get(key)
  if (known) return known
  const found = look()
  memory.set(key, found)
  found.catch(() => memory.delete(key))
  return found
}
