import type { ModbusRegister } from '@chengyun/contract/streams'

/** Modbus application protocol 1.1b3: a request reads at most so many registers or bits. */
const MOST_REGISTERS = 125
const MOST_BITS = 2000
/** Registers between two wanted ones that are read along rather than asked for apart. */
const GAP = 8

const WORDS: Record<ModbusRegister['type'], number> = {
  int16: 1,
  uint16: 1,
  bit: 1,
  int32: 2,
  uint32: 2,
  float32: 2,
  float64: 4
}

/** One request and what of its answer is wanted. */
export interface ReadPlan {
  fn: 1 | 2 | 3 | 4
  address: number
  count: number
  registers: readonly ModbusRegister[]
}

/** As few requests as hold all registers. */
export function planReads(registers: readonly ModbusRegister[]): ReadPlan[] {
  const plans: { fn: 1 | 2 | 3 | 4; address: number; end: number; registers: ModbusRegister[] }[] = []
  const sorted = [...registers].sort((a, b) => a.fn - b.fn || a.address - b.address)
  for (const r of sorted) {
    const isBits = r.fn <= 2
    const end = r.address + (isBits ? 1 : WORDS[r.type])
    const last = plans.at(-1)
    const most = isBits ? MOST_BITS : MOST_REGISTERS
    if (last && last.fn === r.fn && r.address <= last.end + GAP && Math.max(end, last.end) - last.address <= most) {
      last.end = Math.max(last.end, end)
      last.registers.push(r)
    } else plans.push({ fn: r.fn, address: r.address, end, registers: [r] })
  }
  return plans.map(({ fn, address, end, registers: of }) => ({ fn, address, count: end - address, registers: of }))
}

/** The request's PDU. */
export function readRequest({ fn, address, count }: ReadPlan): Buffer {
  const pdu = Buffer.alloc(5)
  pdu.writeUInt8(fn, 0)
  pdu.writeUInt16BE(address, 1)
  pdu.writeUInt16BE(count, 3)
  return pdu
}

export class ModbusError extends Error {}

const EXCEPTIONS: Record<number, string> = {
  1: 'illegal function',
  2: 'illegal data address',
  3: 'illegal data value',
  4: 'server device failure',
  5: 'acknowledge',
  6: 'server device busy',
  8: 'memory parity error',
  10: 'gateway path unavailable',
  11: 'gateway target failed to respond'
}

/** The data of an answer. @throws ModbusError when it is an exception or not what was asked for. */
export function readAnswer(plan: ReadPlan, pdu: Buffer): Buffer {
  if (pdu.length >= 2 && pdu[0] === (plan.fn | 0x80)) throw new ModbusError(EXCEPTIONS[pdu[1]!] ?? `exception ${pdu[1]}`)
  const bytes = plan.fn <= 2 ? Math.ceil(plan.count / 8) : plan.count * 2
  if (pdu.length !== bytes + 2 || pdu[0] !== plan.fn || pdu[1] !== bytes) throw new ModbusError('answer of the wrong size')
  return pdu.subarray(2)
}

/** What a register says; null where the device says that it has no value. */
export function readRegister(plan: ReadPlan, data: Buffer, r: ModbusRegister): number | null {
  const raw = rawOf(plan, data, r)
  if (!Number.isFinite(raw) || r.invalid?.includes(raw)) return null
  return raw * (r.scale ?? 1) + (r.offset ?? 0)
}

function rawOf(plan: ReadPlan, data: Buffer, r: ModbusRegister): number {
  const at = r.address - plan.address
  if (plan.fn <= 2) return (data[at >> 3]! >> (at & 7)) & 1
  const bytes = inOrder(data.subarray(at * 2, (at + WORDS[r.type]) * 2), r.order ?? 'ABCD')
  switch (r.type) {
    case 'bit':
      return (bytes.readUInt16BE(0) >> (r.bit ?? 0)) & 1
    case 'int16':
      return bytes.readInt16BE(0)
    case 'uint16':
      return bytes.readUInt16BE(0)
    case 'int32':
      return bytes.readInt32BE(0)
    case 'uint32':
      return bytes.readUInt32BE(0)
    case 'float32':
      return bytes.readFloatBE(0)
    case 'float64':
      return bytes.readDoubleBE(0)
  }
}

/** Bytes as ABCD: words turned round for CDAB and DCBA, bytes within words for BADC and DCBA. */
function inOrder(bytes: Buffer, order: NonNullable<ModbusRegister['order']>): Buffer {
  const out = Buffer.from(bytes)
  if (order === 'BADC' || order === 'DCBA') out.swap16()
  if (order === 'CDAB' || order === 'DCBA') {
    const words = Buffer.from(out)
    for (let i = 0; i < words.length; i += 2) words.copy(out, words.length - 2 - i, i, i + 2)
  }
  return out
}
