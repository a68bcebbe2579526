import { createServer, type Server, type Socket } from 'node:net'
import { type Cut, FrameCutter, frameOf } from '../../domain/hj212-frame.ts'
import { answerSegment, DATA_COMMANDS, type Hj212Message, QN_RETURNS, readMessage } from '../../domain/hj212-message.ts'
import type { WallClock } from '../../domain/wall-clock.ts'
import type { DeviceRow } from '../../queries/devices.ts'
import type { DeviceBook } from '../book.ts'
import type { Funnel } from '../funnel.ts'
import type { GatewayLog } from '../log.ts'
import type { Receiver } from '../receiver.ts'
import { valuesOf } from './factors.ts'

export interface Hj212Parts {
  book: DeviceBook
  receiver: Receiver
  funnel: Funnel
  wall: WallClock
  log: GatewayLog
  /** Does the password of a message belong to the device? */
  fits(device: DeviceRow, password: string): boolean
}

/** Frames of one connection that wait for their commit. */
const WINDOW = 64
const MOST_CONNECTIONS = 20_000
/** Instruments speak at least once an hour; who is silent for longer has gone without saying so. */
const SILENT_MS = 2 * 3_600_000
/** So many frames nobody knows the sender of, and the connection ends. */
const MOST_STRANGE = 20
/** What a device says of itself and its equipment: kept as its events. */
const WORDS = new Set(['2021', '2022', '2041', '2081', '3019', '3020', '3021'])

/** TCP gateway for instruments of HJ 212-2017 (and -2005): one connection may carry several of them. */
export class Hj212Server {
  readonly #parts: Hj212Parts
  readonly #lines = new Set<Hj212Line>()
  readonly server: Server

  constructor(parts: Hj212Parts) {
    this.#parts = parts
    this.server = createServer((socket) => {
      if (this.#lines.size >= MOST_CONNECTIONS) {
        socket.destroy()
        return
      }
      const line = new Hj212Line(socket, this.#parts, () => this.#lines.delete(line))
      this.#lines.add(line)
    })
  }

  get connections(): number {
    return this.#lines.size
  }

  close(): void {
    this.server.close()
    for (const line of this.#lines) line.destroy()
  }
}

class Hj212Line {
  readonly #socket: Socket
  readonly #parts: Hj212Parts
  readonly #cutter = new FrameCutter()
  /** Devices that spoke on this connection, with the password that was found right. */
  readonly #devices = new Map<string, { device: DeviceRow; password: string }>()
  /** DataTime of a divided message, for packets that do not repeat it. */
  readonly #dataTimes = new Map<string, number>()
  #pending = 0
  #strange = 0

  constructor(socket: Socket, parts: Hj212Parts, closed: () => void) {
    this.#socket = socket
    this.#parts = parts
    socket.setNoDelay(true)
    socket.setKeepAlive(true, 60_000)
    socket.setTimeout(SILENT_MS, () => socket.destroy())
    socket.on('data', (chunk) => {
      for (const cut of this.#cutter.push(chunk)) this.#take(cut)
      if (this.#pending >= WINDOW) socket.pause()
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      const now = Date.now()
      for (const { device } of this.#devices.values()) parts.book.lost(device, now)
      closed()
    })
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #say(segment: string): void {
    if (!this.#socket.destroyed) this.#socket.write(frameOf(segment))
  }

  #take(cut: Cut): void {
    const { book, log } = this.#parts
    const now = Date.now()
    if (cut.kind === 'broken') {
      // Whose frame it was nobody can know; where one device speaks on the line it was his.
      const [only, ...more] = this.#devices.values()
      if (only && more.length === 0)
        book.fault(only.device, cut.why === 'crc' ? 'FRAME_CRC' : 'FRAME_BROKEN', `${cut.bytes}`, now)
      else log.debug({ ip: this.#socket.remoteAddress, ...cut }, 'HJ 212: broken frame')
      return
    }
    const message = readMessage(cut.segment.toString('latin1'))
    const device = book.byMn.get(message.mn)
    if (!device?.enabled || device.protocol !== 'hj212') {
      this.#strange += 1
      log.debug({ ip: this.#socket.remoteAddress, mn: message.mn }, 'HJ 212: nobody has this identification')
      if (!('fault' in message) && message.wantsAnswer) this.#refuse(message, QN_RETURNS.mn)
      if (this.#strange > MOST_STRANGE) this.#socket.destroy()
      return
    }
    if ('fault' in message) {
      book.fault(device, 'MESSAGE_BROKEN', message.fault, now)
      return
    }
    if (!this.#isKnown(device, message)) {
      book.fault(device, 'PASSWORD_WRONG', `CN=${message.cn}`, now)
      if (message.wantsAnswer) this.#refuse(message, QN_RETURNS.pw)
      return
    }
    book.seen(device, now)
    this.#handle(device, message, now)
  }

  #isKnown(device: DeviceRow, { mn, pw }: Hj212Message): boolean {
    const known = this.#devices.get(mn)
    if (known?.device === device && known.password === pw) return true
    if (!this.#parts.fits(device, pw)) return false
    this.#devices.set(mn, { device, password: pw })
    return true
  }

  #refuse(message: Hj212Message, reason: number): void {
    this.#say(answerSegment(message, '9011', `QnRtn=${reason}`))
  }

  #handle(device: DeviceRow, message: Hj212Message, now: number): void {
    const { cn } = message
    if (DATA_COMMANDS[cn]) this.#data(device, message, now)
    else if (WORDS.has(cn)) {
      const data = {
        command: cn,
        ...Object.fromEntries(message.plain),
        factors: Object.fromEntries([...message.fields].map(([factor, of]) => [factor, Object.fromEntries(of)]))
      }
      const at = new Date(now).toISOString()
      this.#parts.book.say({ kind: 'event', deviceId: device.item_id, code: device.code, typeId: device.type_id, at, data })
      if (message.wantsAnswer) this.#say(answerSegment(message, '9014'))
    } else if (cn === '1013') this.#tellTime(message, now)
    else if (!cn.startsWith('90') && message.wantsAnswer) this.#refuse(message, QN_RETURNS.cn)
  }

  /** The instrument asks for the time: its notice is confirmed, and it is told (HJ 212-2017, 6.6.5). */
  #tellTime(message: Hj212Message, now: number): void {
    if (message.wantsAnswer) this.#say(answerSegment(message, '9013'))
    const stamp = this.#parts.wall.stamp(now)
    const { st, pw, mn, version, plain } = message
    const factor = plain.get('PolId')
    const cp = `${factor === undefined ? '' : `PolId=${factor};`}SystemTime=${stamp.slice(0, 14)}`
    this.#say(`QN=${stamp};ST=${st};CN=1012;PW=${pw};MN=${mn};Flag=${(version << 2) | 1};CP=&&${cp}&&`)
  }

  #data(device: DeviceRow, message: Hj212Message, now: number): void {
    const { book, receiver, funnel } = this.#parts
    const at = this.#timeOf(message, now)
    if (Number.isNaN(at)) {
      book.fault(device, 'MESSAGE_BROKEN', 'DataTime', now)
      if (message.wantsAnswer) this.#refuse(message, QN_RETURNS.unknown)
      return
    }
    for (const { factor, stream, value, quality } of valuesOf(message, device.config.hj212))
      if (stream === null || !receiver.put(device, stream, at, value, quality)) book.fault(device, 'FACTOR_UNKNOWN', factor, now)
    this.#pending += 1
    funnel.seal(
      {
        settled: (_id, refused) => {
          this.#pending -= 1
          if (refused.length > 0) book.fault(device, 'READING_REFUSED', [...new Set(refused)].join(', '), Date.now())
          if (message.wantsAnswer) this.#say(answerSegment(message, '9014'))
          if (this.#pending < WINDOW && this.#socket.isPaused()) this.#socket.resume()
        }
      },
      0
    )
  }

  #timeOf(message: Hj212Message, now: number): number {
    const text = message.plain.get('DataTime')
    if (text !== undefined) {
      const at = this.#parts.wall.parseStamp(text)
      if (message.packets > 1 && message.qn !== '') {
        if (this.#dataTimes.size > 100) this.#dataTimes.clear()
        this.#dataTimes.set(`${message.mn}${message.qn}`, at)
      }
      return at
    }
    const before = this.#dataTimes.get(`${message.mn}${message.qn}`)
    if (before !== undefined) return before
    // Neither it nor a packet before it says when: real-time data are of now.
    return message.cn === '2011' && message.packets === 1 ? Math.floor(now / 1000) * 1000 : Number.NaN
  }
}
