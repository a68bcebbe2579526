import { readFileSync } from 'node:fs'
import type { Hj212Config, Quality } from '@chengyun/contract/streams'
import { DATA_COMMANDS, type Hj212Message, qualityOfFlag } from '../../domain/hj212-message.ts'

interface FactorTable {
  factors: Record<string, { stream: string; zh: string; unit: string | null }>
}

/** Factors and the keys of their streams. Units of dust differ from device to device, so the stream says them, not the table. */
const { factors: TABLE } = JSON.parse(readFileSync(new URL('./factors.json', import.meta.url), 'utf8')) as FactorTable

export interface FactorValue {
  factor: string
  /** Null: the table does not know the factor and the device says nothing of it. */
  stream: string | null
  value: number
  quality: Quality
}

/** What a message of data says, by stream: as the device's own list has it, else as the table of factors. */
export function valuesOf(message: Hj212Message, config: Hj212Config | undefined): FactorValue[] {
  const command = DATA_COMMANDS[message.cn]
  if (!command) return []
  const out: FactorValue[] = []
  for (const [factor, fields] of message.fields) {
    const quality = qualityOfFlag(fields.get('Flag'))
    const put = (stream: string | null, text: string | undefined, scale = 1, offset = 0) => {
      // An empty value is no value: the flag alone says that the factor was not measured.
      if (text === undefined || text === '') return
      const value = Number(text)
      if (Number.isFinite(value)) out.push({ factor, stream, value: value * scale + offset, quality })
    }
    const own = (config?.factors ?? []).filter((f) => f.factor === factor && (f.command ?? '2011') === message.cn)
    if (own.length > 0) {
      for (const f of own) put(f.stream, fields.get(f.statistic ?? command.statistic), f.scale, f.offset)
      continue
    }
    const known = TABLE[factor]
    const text = fields.get(command.statistic) ?? (command.statistic === 'Rtd' ? fields.get('ZsRtd') : fields.get('ZsAvg'))
    put(known ? known.stream + command.suffix : null, text)
  }
  return out
}
