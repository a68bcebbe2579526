import type { DeviceFaultCode } from '@chengyun/contract/streams'
import { SYSTEM } from '../../../platform/actor.ts'
import type { Db } from '../../../platform/db.ts'
import { announceDeviceWords, type FaultNote, recordFaults, recordSightings } from '../commands/device-state.ts'
import { type CompiledMapping, compileMapping } from '../domain/mapping.ts'
import { topicFilter } from '../domain/mqtt-topic.ts'
import { type DeviceRow, listMappings, loadDevices } from '../queries/devices.ts'

/** A mapping and the topics it reads. */
export interface MappedTopic {
  mapping: CompiledMapping
  /** The filter of its topic, and which level names the device (-1: none). Null: pushed over HTTP only. */
  filter: string | null
  deviceLevel: number
}

type Word = { kind: 'event' | 'reply'; deviceId: string } & Record<string, unknown>

const WRITE_MS = 2000
const MOST_WORDS = 10_000

/**
 * Every device and mapping of the city in memory, and what happened to devices since it was last written down: when they were heard, what was wrong with
 * what they sent, what they said that is no reading.
 */
export class DeviceBook {
  readonly #db: Db
  readonly #failed: (error: unknown) => void
  readonly byId = new Map<string, DeviceRow>()
  readonly byAccount = new Map<string, DeviceRow>()
  readonly byMn = new Map<string, DeviceRow>()
  readonly #byCode = new Map<string, DeviceRow[]>()
  mappings: readonly MappedTopic[] = []
  readonly #changed: ((ids: readonly string[] | null) => void)[] = []
  #seen = new Map<string, number>()
  #lost = new Map<string, number>()
  #faults = new Map<string, FaultNote>()
  #words: Word[] = []
  readonly #timer: NodeJS.Timeout
  #writing: Promise<void> = Promise.resolve()
  #reading: Promise<void> = Promise.resolve()

  constructor(db: Db, failed: (error: unknown) => void) {
    this.#db = db
    this.#failed = failed
    this.#timer = setInterval(() => void this.write(), WRITE_MS)
    this.#timer.unref()
  }

  async load(): Promise<void> {
    const rows = await loadDevices(this.#db)
    for (const map of [this.byId, this.byAccount, this.byMn, this.#byCode]) map.clear()
    for (const row of rows) this.#put(row)
    await this.#loadMappings()
  }

  async #loadMappings(): Promise<void> {
    this.mappings = (await listMappings(this.#db)).flatMap((row) => {
      const { mapping } = row.enabled ? compileMapping(row.declaration) : { mapping: null }
      if (!mapping) return []
      const { topic } = mapping.declaration
      return [{ mapping, ...(topic === undefined ? { filter: null, deviceLevel: -1 } : topicFilter(topic)) }]
    })
  }

  /** The device by the code of its item. Codes are unique in a register; one that stands in two is nobody's. */
  byCode(code: string): DeviceRow | undefined {
    const found = this.#byCode.get(code)
    return found?.length === 1 ? found[0] : undefined
  }

  find(by: 'code' | 'account', name: string): DeviceRow | undefined {
    return by === 'account' ? this.byAccount.get(name) : (this.byCode(name) ?? this.byAccount.get(name))
  }

  #put(row: DeviceRow): void {
    this.byId.set(row.item_id, row)
    this.byAccount.set(row.account, row)
    if (row.mn !== null) this.byMn.set(row.mn, row)
    const same = this.#byCode.get(row.code)
    if (same) same.push(row)
    else this.#byCode.set(row.code, [row])
  }

  #drop(id: string): void {
    const row = this.byId.get(id)
    if (!row) return
    this.byId.delete(id)
    this.byAccount.delete(row.account)
    if (row.mn !== null) this.byMn.delete(row.mn)
    const rest = (this.#byCode.get(row.code) ?? []).filter((r) => r.item_id !== id)
    if (rest.length === 0) this.#byCode.delete(row.code)
    else this.#byCode.set(row.code, rest)
  }

  /** Called after devices changed, with their ids; null: all. */
  onChange(listener: (ids: readonly string[] | null) => void): void {
    this.#changed.push(listener)
  }

  /** `streams.changed` was announced: read again what it names. One after another, in their order. */
  hear(what: string, ids: readonly (string | number)[]): Promise<void> {
    const work = async () => {
      if (what === 'mapping') {
        await this.#loadMappings()
        for (const listener of this.#changed) listener([])
      } else if (what === 'device') {
        const of = ids.length === 0 ? null : ids.map(String)
        if (of === null) await this.load()
        else {
          const rows = await loadDevices(this.#db, of)
          for (const id of of) this.#drop(id)
          for (const row of rows) this.#put(row)
        }
        for (const listener of this.#changed) listener(of)
      }
    }
    this.#reading = this.#reading.then(work).catch(this.#failed)
    return this.#reading
  }

  seen(device: DeviceRow, at: number): void {
    this.#seen.set(device.item_id, at)
    this.#lost.delete(device.item_id)
  }

  /** Its connection is gone. */
  lost(device: DeviceRow, at: number): void {
    this.#lost.set(device.item_id, at)
  }

  fault(device: DeviceRow, code: DeviceFaultCode, detail: string, at: number): void {
    const note = this.#faults.get(device.item_id)
    this.#faults.set(device.item_id, { count: (note?.count ?? 0) + 1, at, code, detail })
  }

  /** False: too many wait to be written. */
  say(word: Word): boolean {
    if (this.#words.length >= MOST_WORDS) return false
    this.#words.push(word)
    return true
  }

  /** Write down what happened since the last time. */
  write(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write())
    return this.#writing
  }

  async #write(): Promise<void> {
    const [seen, lost, faults, words] = [this.#seen, this.#lost, this.#faults, this.#words]
    this.#seen = new Map()
    this.#lost = new Map()
    this.#faults = new Map()
    this.#words = []
    // What cannot be written now is written with the next; what came since is newer.
    if (seen.size > 0 || lost.size > 0)
      await recordSightings(this.#db, SYSTEM, { seen, lost }).catch((error: unknown) => {
        this.#failed(error)
        for (const [id, at] of lost) if (!this.#seen.has(id) && !this.#lost.has(id)) this.#lost.set(id, at)
        for (const [id, at] of seen) if (!this.#seen.has(id)) this.#seen.set(id, at)
      })
    if (faults.size > 0)
      await recordFaults(this.#db, SYSTEM, { faults }).catch((error: unknown) => {
        this.#failed(error)
        for (const [id, note] of faults) {
          const since = this.#faults.get(id)
          this.#faults.set(id, since ? { ...since, count: since.count + note.count } : note)
        }
      })
    if (words.length > 0)
      await announceDeviceWords(this.#db, SYSTEM, { words }).catch((error: unknown) => {
        this.#failed(error)
        this.#words.unshift(...words.slice(0, MOST_WORDS - this.#words.length))
      })
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#reading
    await this.write()
  }
}
