import type { Quality } from '@chengyun/contract/streams'

/** A data segment taken apart (HJ 212-2017, 6.3.2). */
export interface Hj212Message {
  qn: string
  st: string
  cn: string
  pw: string
  mn: string
  /** Bit 0: wants an answer; bit 1: comes in packets; bits 2–7: version, 0 of 2005, 1 of 2017. */
  flag: number
  wantsAnswer: boolean
  version: number
  /** Of how many packets this is which; 1 of 1 where it is not divided. */
  packets: number
  packet: number
  /** Items in their order; each a set of fields: `a34004` → {Rtd, Flag}, and plain ones like `DataTime` under ''. */
  fields: ReadonlyMap<string, ReadonlyMap<string, string>>
  /** Fields without a factor: DataTime, SystemTime, PolId … */
  plain: ReadonlyMap<string, string>
}

export type MessageFault = 'segment' | 'CP' | 'MN' | 'CN' | 'Flag' | 'packets'

const HEADS = new Set(['QN', 'ST', 'CN', 'PW', 'MN', 'Flag', 'PNUM', 'PNO'])
const MOST_PACKETS = 9999

/** Read a data segment; the fault names the part that is wrong. */
export function readMessage(segment: string): Hj212Message | { fault: MessageFault; mn: string; qn: string } {
  const open = segment.indexOf('CP=&&')
  const close = segment.lastIndexOf('&&')
  const heads = new Map<string, string>()
  for (const part of segment.slice(0, open < 0 ? segment.length : open).split(';')) {
    const at = part.indexOf('=')
    if (at > 0 && HEADS.has(part.slice(0, at))) heads.set(part.slice(0, at), part.slice(at + 1))
  }
  const mn = heads.get('MN') ?? ''
  const qn = heads.get('QN') ?? ''
  const bad = (fault: MessageFault) => ({ fault, mn, qn })
  if (open < 0 || close < open + 5) return bad('CP')
  if (!/^[0-9A-Za-z_-]{1,24}$/.test(mn)) return bad('MN')
  const cn = heads.get('CN') ?? ''
  if (!/^\d{4}$/.test(cn)) return bad('CN')
  const flagText = heads.get('Flag') ?? '0'
  const flag = Number(flagText)
  if (!/^\d{1,3}$/.test(flagText) || flag > 255) return bad('Flag')
  const isDivided = (flag & 2) !== 0
  const packets = isDivided ? Number(heads.get('PNUM') ?? '1') : 1
  const packet = isDivided ? Number(heads.get('PNO') ?? '1') : 1
  if (!(packets >= 1 && packets <= MOST_PACKETS && packet >= 1 && packet <= packets)) return bad('packets')
  const { fields, plain } = readFields(segment.slice(open + 5, close))
  return {
    qn,
    st: heads.get('ST') ?? '',
    cn,
    pw: heads.get('PW') ?? '',
    mn,
    flag,
    wantsAnswer: (flag & 1) !== 0,
    version: flag >> 2,
    packets,
    packet,
    fields,
    plain
  }
}

function readFields(text: string): Pick<Hj212Message, 'fields' | 'plain'> {
  const fields = new Map<string, Map<string, string>>()
  const plain = new Map<string, string>()
  // Between items stands `;`, within one `,`; some instruments write `;` everywhere, and both mean the same since every field names its factor.
  for (const part of text.split(/[;,]/)) {
    const at = part.indexOf('=')
    if (at <= 0) continue
    const name = part.slice(0, at).trim()
    const value = part.slice(at + 1).trim()
    const dash = name.lastIndexOf('-')
    if (dash <= 0) {
      plain.set(name, value)
      continue
    }
    const factor = name.slice(0, dash)
    let of = fields.get(factor)
    if (!of) {
      of = new Map()
      fields.set(factor, of)
    }
    of.set(name.slice(dash + 1), value)
  }
  return { fields, plain }
}

/** Data flags (HJ 212-2017, table 8; older instruments send digits of the 2005 edition). */
const QUALITIES: Readonly<Record<string, Quality>> = {
  N: 'good',
  F: 'stale',
  M: 'maintenance',
  S: 'manual',
  D: 'fault',
  C: 'calibration',
  T: 'outOfRange',
  B: 'fault',
  0: 'calibration',
  1: 'fault',
  2: 'good',
  3: 'fault',
  4: 'maintenance',
  5: 'stale',
  6: 'manual',
  7: 'outOfRange'
}
/** What a data flag says of a value; without one it is good, an unknown one is a fault. */
export const qualityOfFlag = (flag: string | undefined): Quality =>
  flag === undefined || flag === '' ? 'good' : (QUALITIES[flag] ?? 'fault')

/** Data that come by themselves, and with which statistic a factor says its value. */
export const DATA_COMMANDS: Readonly<Record<string, { statistic: 'Rtd' | 'Avg'; suffix: string }>> = {
  '2011': { statistic: 'Rtd', suffix: '' },
  '2051': { statistic: 'Avg', suffix: 'Minute' },
  '2061': { statistic: 'Avg', suffix: 'Hour' },
  '2031': { statistic: 'Avg', suffix: 'Day' }
}

/** An answer with the packet number of what it answers, so that the instrument can tell (HJ 212-2017, 6.5). Version as it was asked. */
export function answerSegment(
  to: Pick<Hj212Message, 'qn' | 'mn' | 'pw' | 'version'>,
  cn: '9011' | '9012' | '9013' | '9014',
  cp = ''
): string {
  const qn = to.qn === '' ? '' : `QN=${to.qn};`
  return `${qn}ST=91;CN=${cn};PW=${to.pw};MN=${to.mn};Flag=${to.version << 2};CP=&&${cp}&&`
}

/** `QnRtn` of a request's answer (HJ 212-2017, table 5). */
export const QN_RETURNS = { ready: 1, refused: 2, pw: 3, mn: 4, st: 5, flag: 6, qn: 7, cn: 8, crc: 9, unknown: 100 } as const
