import type { ModbusConfig } from '@chengyun/contract/streams'
import { ModbusError, planReads, type ReadPlan, readRegister } from '../../domain/modbus.ts'
import type { DeviceRow } from '../../queries/devices.ts'
import type { DeviceBook } from '../book.ts'
import type { Funnel } from '../funnel.ts'
import type { Receiver } from '../receiver.ts'
import { ModbusHost } from './client.ts'

const TIMEOUT_MS = 3000
const BACKOFF_MOST_MS = 300_000

interface Polled {
  device: DeviceRow
  config: ModbusConfig
  plans: readonly ReadPlan[]
  timer: NodeJS.Timeout | null
  failures: number
  isUnderWay: boolean
}

/** Asks Modbus TCP devices for their registers, each at its own pace; one that does not answer is asked ever more rarely, up to every five minutes. */
export class ModbusPoller {
  readonly #book: DeviceBook
  readonly #receiver: Receiver
  readonly #funnel: Funnel
  readonly #hosts = new Map<string, ModbusHost>()
  readonly #polled = new Map<string, Polled>()
  #isStopped = false

  constructor(parts: { book: DeviceBook; receiver: Receiver; funnel: Funnel }) {
    this.#book = parts.book
    this.#receiver = parts.receiver
    this.#funnel = parts.funnel
  }

  get devices(): number {
    return this.#polled.size
  }

  /** Take the devices as they are in the book now. */
  refresh(): void {
    if (this.#isStopped) return
    const wanted = new Set<string>()
    for (const device of this.#book.byId.values()) {
      const config = device.config.modbus
      if (device.protocol !== 'modbus' || !device.enabled || !config) continue
      wanted.add(device.item_id)
      const before = this.#polled.get(device.item_id)
      if (before?.device === device) continue
      if (before?.timer) clearTimeout(before.timer)
      const polled: Polled = { device, config, plans: planReads(config.registers), timer: null, failures: 0, isUnderWay: false }
      this.#polled.set(device.item_id, polled)
      // Not all at once after a start: spread over their interval.
      this.#plan(polled, before ? 0 : Math.random() * Math.min(config.intervalS * 1000, 5000))
    }
    for (const [id, polled] of this.#polled) {
      if (wanted.has(id)) continue
      if (polled.timer) clearTimeout(polled.timer)
      this.#polled.delete(id)
    }
    const hosts = new Set([...this.#polled.values()].map((p) => hostKey(p.config)))
    for (const [key, host] of this.#hosts) {
      if (hosts.has(key)) continue
      host.close()
      this.#hosts.delete(key)
    }
  }

  #plan(polled: Polled, ms: number): void {
    polled.timer = setTimeout(() => void this.#poll(polled), ms)
    polled.timer.unref()
  }

  #isCurrent(polled: Polled): boolean {
    return !this.#isStopped && this.#polled.get(polled.device.item_id) === polled
  }

  async #poll(polled: Polled): Promise<void> {
    if (!this.#isCurrent(polled)) return
    const began = Date.now()
    const { device, config, plans } = polled
    const timeoutMs = config.timeoutMs ?? TIMEOUT_MS
    try {
      const host = this.#hostOf(config)
      // All registers of a round are of one moment.
      const found: [string, number][] = []
      for (const plan of plans) {
        const data = await host.read(config.unit, plan, timeoutMs)
        for (const r of plan.registers) {
          const value = readRegister(plan, data, r)
          if (value !== null) found.push([r.stream, value])
        }
      }
      if (!this.#isCurrent(polled)) return
      polled.failures = 0
      this.#book.seen(device, Date.now())
      for (const [key, value] of found)
        if (!this.#receiver.put(device, key, began, value, 'good')) this.#book.fault(device, 'STREAM_UNKNOWN', key, began)
      const refused = await this.#funnel.sealed()
      if (refused.length > 0) this.#book.fault(device, 'READING_REFUSED', [...new Set(refused)].join(', '), began)
    } catch (error) {
      const said = error instanceof ModbusError ? 'MODBUS_REFUSED' : 'MODBUS_SILENT'
      // One refused register must not make a device that answers look silent.
      if (said === 'MODBUS_REFUSED') this.#book.seen(device, Date.now())
      else if (polled.failures === 0) this.#book.lost(device, Date.now())
      polled.failures += 1
      this.#book.fault(device, said, error instanceof Error ? error.message : String(error), Date.now())
    }
    if (!this.#isCurrent(polled)) return
    const every = config.intervalS * 1000
    const wait =
      polled.failures === 0 ? every : Math.min(Math.max(every, 1000) * 2 ** Math.min(polled.failures, 12), BACKOFF_MOST_MS)
    this.#plan(polled, Math.max(0, began + Math.max(wait, every) - Date.now()))
  }

  #hostOf(config: ModbusConfig): ModbusHost {
    const key = hostKey(config)
    const known = this.#hosts.get(key)
    if (known) return known
    const made = new ModbusHost(config.host, config.port ?? 502)
    this.#hosts.set(key, made)
    return made
  }

  stop(): void {
    this.#isStopped = true
    for (const { timer } of this.#polled.values()) if (timer) clearTimeout(timer)
    for (const host of this.#hosts.values()) host.close()
    this.#polled.clear()
    this.#hosts.clear()
  }
}

const hostKey = ({ host, port = 502 }: ModbusConfig): string => `${host}:${port}`
