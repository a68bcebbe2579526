import mqttPacket, { type IPublishPacket, type Packet } from 'mqtt-packet'

/** What a peer sent is no MQTT, or more than is taken: the connection ends. `reason` is the reason code of MQTT 5. */
export class ProtocolError extends Error {
  readonly reason: number
  constructor(message: string, reason = 0x81) {
    super(message)
    this.reason = reason
  }
}
export const TOO_LARGE = 0x95

export interface RawPacket {
  /** 1 CONNECT … 15 AUTH. */
  type: number
  flags: number
  /** The packet with its fixed header. */
  whole: Buffer
  /** Where the variable header begins. */
  bodyAt: number
}

const EMPTY = Buffer.alloc(0)

/**
 * Cuts a stream of bytes into packets without reading what is in them, so that a packet that is too large is refused by its header and whoever
 * must wait can leave the rest of a chunk where it is.
 */
export class PacketCutter {
  readonly #most: number
  #data: Buffer = EMPTY
  #at = 0

  constructor(mostBytes: number) {
    this.#most = mostBytes
  }

  get waiting(): number {
    return this.#data.length - this.#at
  }

  /** Of what waits; undefined when nothing does. */
  get firstByte(): number | undefined {
    return this.#data[this.#at]
  }

  push(chunk: Buffer): void {
    this.#data = this.waiting === 0 ? chunk : Buffer.concat([this.#data.subarray(this.#at), chunk])
    this.#at = 0
  }

  /** The next whole packet; null until more bytes come. @throws ProtocolError */
  next(): RawPacket | null {
    const data = this.#data
    const start = this.#at
    if (data.length - start < 2) return null
    let length = 0
    let at = start + 1
    for (let shift = 0; ; shift += 7) {
      if (shift > 21) throw new ProtocolError('remaining length of more than four bytes')
      if (at >= data.length) return null
      const byte = data[at++]!
      length += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) break
    }
    if (length > this.#most) throw new ProtocolError(`packet of ${length} bytes`, TOO_LARGE)
    if (data.length - at < length) return null
    this.#at = at + length
    const whole = data.subarray(start, this.#at)
    return { type: data[start]! >> 4, flags: data[start]! & 15, whole, bodyAt: at - start }
  }
}

export interface Publication {
  topic: string
  payload: Buffer
  qos: 0 | 1 | 2
  dup: boolean
  retain: boolean
  /** Of QoS 1 and 2. */
  id: number
  properties?: IPublishPacket['properties']
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** A PUBLISH, read here because it is most of what comes; only properties of MQTT 5 go the long way. @throws ProtocolError */
export function readPublish(raw: RawPacket, version: number, slow: (whole: Buffer) => Packet): Publication {
  const { whole, bodyAt, flags } = raw
  const qos = ((flags >> 1) & 3) as 0 | 1 | 2
  if ((qos as number) === 3) throw new ProtocolError('QoS 3')
  if (whole.length < bodyAt + 2) throw new ProtocolError('PUBLISH without topic')
  const topicLength = whole.readUInt16BE(bodyAt)
  let at = bodyAt + 2 + topicLength
  const least = at + (qos > 0 ? 2 : 0) + (version === 5 ? 1 : 0)
  if (whole.length < least) throw new ProtocolError('PUBLISH cut short')
  const topic = textOf(whole, bodyAt + 2, at)
  let id = 0
  if (qos > 0) {
    id = whole.readUInt16BE(at)
    at += 2
    if (id === 0) throw new ProtocolError('packet identifier 0')
  }
  const head = { topic, qos, dup: (flags & 8) !== 0, retain: (flags & 1) !== 0, id }
  if (version !== 5) return { ...head, payload: whole.subarray(at) }
  if (whole[at] === 0) return { ...head, payload: whole.subarray(at + 1) }
  const read = slow(whole) as IPublishPacket
  return { ...head, payload: read.payload as Buffer, ...(read.properties && { properties: read.properties }) }
}

function textOf(whole: Buffer, from: number, to: number): string {
  let isPlain = true
  for (let i = from; i < to; i++) {
    const byte = whole[i]!
    if (byte === 0) throw new ProtocolError('NUL in a topic')
    if (byte > 0x7f) isPlain = false
  }
  if (isPlain) return whole.toString('latin1', from, to)
  try {
    return utf8.decode(whole.subarray(from, to))
  } catch {
    throw new ProtocolError('a topic that is no UTF-8')
  }
}

/** Packet identifier of PUBACK, PUBREC, PUBREL, PUBCOMP. @throws ProtocolError */
export function readId({ whole, bodyAt }: RawPacket): number {
  if (whole.length < bodyAt + 2) throw new ProtocolError('no packet identifier')
  return whole.readUInt16BE(bodyAt)
}

/** A packet of four bytes that answers an identifier; with a reason other than 0, and MQTT 5, of five. */
export function writeId(type: 4 | 5 | 6 | 7, id: number, version: number, reason = 0): Buffer {
  const out = Buffer.allocUnsafe(version === 5 && reason !== 0 ? 5 : 4)
  out[0] = (type << 4) | (type === 6 ? 2 : 0)
  out[1] = out.length - 2
  out.writeUInt16BE(id, 2)
  if (out.length === 5) out[4] = reason
  return out
}

/** One message on its way to subscribers: its bytes are put together once for all that take them alike. */
export class Outgoing {
  readonly topic: string
  payload: Buffer
  #isOwn = false
  readonly properties: IPublishPacket['properties'] | undefined
  /** Epoch ms after which nobody wants it any more. */
  readonly expiresAt: number
  readonly #encoded: (Buffer | undefined)[] = []

  constructor(topic: string, payload: Buffer, properties?: IPublishPacket['properties'], expiresAt = Number.POSITIVE_INFINITY) {
    this.topic = topic
    this.payload = payload
    this.properties = properties
    this.expiresAt = expiresAt
  }

  /** Before it waits in a queue: its payload may be a window into a chunk of the network's, which would stay in memory as long. */
  keep(): this {
    if (!this.#isOwn && this.payload.buffer.byteLength > this.payload.length * 2 + 1024) this.payload = Buffer.from(this.payload)
    this.#isOwn = true
    return this
  }

  get bytes(): number {
    return this.topic.length + this.payload.length + 100
  }

  /** As QoS 0: the same bytes for everybody. */
  plain(version: number, retain: boolean): Buffer {
    const key = (version === 5 ? 2 : 0) + (retain ? 1 : 0)
    this.#encoded[key] ??= this.#encode(version, 0, 0, retain, false)
    return this.#encoded[key]
  }

  /** As QoS 1 under an identifier of the subscriber's. */
  numbered(version: number, id: number, retain: boolean, dup: boolean): Buffer {
    return this.#encode(version, 1, id, retain, dup)
  }

  #encode(version: number, qos: 0 | 1, id: number, retain: boolean, dup: boolean): Buffer {
    const { topic, payload, properties } = this
    if (version === 5 && properties)
      return mqttPacket.generate(
        { cmd: 'publish', topic, payload, qos, dup, retain, properties, ...(qos > 0 && { messageId: id }) },
        { protocolVersion: 5 } as never
      )
    const topicBytes = Buffer.byteLength(topic)
    const rest = 2 + topicBytes + (qos > 0 ? 2 : 0) + (version === 5 ? 1 : 0) + payload.length
    const sizeBytes = rest < 128 ? 1 : rest < 16_384 ? 2 : rest < 2_097_152 ? 3 : 4
    const out = Buffer.allocUnsafe(1 + sizeBytes + rest)
    out[0] = 0x30 | (qos << 1) | (retain ? 1 : 0) | (dup ? 8 : 0)
    let at = 1
    for (let left = rest; ; left = Math.floor(left / 128)) {
      out[at++] = left < 128 ? left : (left % 128) | 0x80
      if (left < 128) break
    }
    at = out.writeUInt16BE(topicBytes, at)
    at += out.write(topic, at)
    if (qos > 0) at = out.writeUInt16BE(id, at)
    if (version === 5) out[at++] = 0
    payload.copy(out, at)
    return out
  }
}

/** Any other packet, put together by the codec. */
export const encode = (packet: Packet, version: number): Buffer =>
  mqttPacket.generate(packet, { protocolVersion: version } as never)

/** Reads whole packets by the codec; it remembers the version of the CONNECT. */
export function slowReader(): (whole: Buffer) => Packet {
  const parser = mqttPacket.parser()
  let read: Packet | null = null
  let fault: Error | null = null
  parser.on('packet', (packet) => {
    read = packet
  })
  parser.on('error', (error: Error) => {
    fault = error
  })
  return (whole) => {
    read = null
    fault = null
    parser.parse(whole)
    if (fault) throw new ProtocolError((fault as Error).message)
    if (!read) throw new ProtocolError('packet cut short')
    return read
  }
}
