import type { Rule } from '@chengyun/contract/alarms'
import type { DeviceSecret, StreamDeclaration, StreamPage } from '@chengyun/contract/streams'
import { connectAsync, type MqttClient } from 'mqtt'
import { type Account, HERE, LITTER, STANDARD } from './account.ts'

/** What a sensing journey has: a well with a gas detector, its device account, its stream, and the rule that watches it. */
export interface Sensing {
  type: string
  code: string
  name: string
  streamId: number
  account: string
  secret: string
  ruleId: string
}

const TYPE = 'heat-station'
const NAMES = (zh: string, en: string) => ({ zh, en })

/** Supply temperature, as the register's things are observed for it. */
export const SUPPLY: StreamDeclaration = {
  key: 'supplyC',
  name: NAMES('二次供水温度', 'Secondary supply'),
  kind: 'number',
  unit: { symbol: '℃', name: NAMES('摄氏度', 'degree Celsius') },
  low: -40,
  high: 150,
  decimals: 1,
  intervalS: 60,
  staleAfterS: 600
}

/** Above 70 ℃ it is level 3, above 85 ℃ level 1 and a case of the class whose unit is unique here. */
const ruleOf = (key: string, code: string): Rule => ({
  key,
  name: NAMES('供水超温', 'Supply too hot'),
  on: { type: TYPE, stream: SUPPLY.key, items: [code] },
  condition: {
    kind: 'threshold',
    levels: [
      { level: 1, above: 85 },
      { level: 3, above: 70 }
    ],
    clear: { hysteresis: 2 }
  },
  title: NAMES('{item}供水 {value}{unit}', '{item}: supply {value} {unit}'),
  advice: NAMES('核对调节阀开度，联系值班员现场确认', 'Check the valve and call the person on duty'),
  case: { standardRef: STANDARD, kind: LITTER.kind, classCode: LITTER.classCode, levels: [1] },
  source: { standard: 'CJJ/T 185' }
})

/** A station of its own for a journey, observed by an HTTP or MQTT device, watched by a rule of its own. */
export async function makeSensing(admin: Account, words: string, at: [number, number] = HERE): Promise<Sensing> {
  const key = `hot-${words.replaceAll(/[^a-z0-9]/g, '')}`.slice(0, 40)
  const name = `${words}换热站`
  const known = await admin.send<{ items: { key: string }[] }>('GET', `/streams/templates?type=${TYPE}`)
  if (!known.items.some((d) => d.key === SUPPLY.key))
    await admin.send('PUT', `/streams/templates/${TYPE}/${SUPPLY.key}`, { declaration: SUPPLY })
  const item = await admin.send<{ code: string }>('POST', `/registry/items/${TYPE}`, { name, class: 'water', place: at })
  const { code } = item
  await admin.send('POST', '/streams/from-templates', { type: TYPE, codes: [code], keys: [SUPPLY.key] })
  const device = await admin.send<DeviceSecret>('POST', '/streams/devices', { register: TYPE, code, protocol: 'mqtt' })
  const { items } = await admin.send<StreamPage>('GET', `/streams?type=${TYPE}&item=${encodeURIComponent(code)}`)
  const stream = items.find((s) => s.key === SUPPLY.key)
  if (!stream) throw new Error(`${code} has no stream`)
  const rule = await admin.send<{ id: string }>('POST', '/alarms/rules', { rule: ruleOf(key, code), enabled: true })
  return {
    type: TYPE,
    code,
    name,
    streamId: stream.id,
    account: device.device.account,
    secret: device.secret ?? '',
    ruleId: rule.id
  }
}

const PATIENCE_MS = 10_000

/** Readings by HTTP push, as the device: pairs of epoch ms and degrees. The gateways hear of a new device by its announcement, so that the first push may be early. */
export async function push(
  baseURL: string,
  { account, secret }: Sensing,
  readings: readonly (readonly [number, number])[]
): Promise<void> {
  const until = Date.now() + PATIENCE_MS
  for (;;) {
    const response = await fetch(`${baseURL}/api/streams/push/telemetry`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${account}:${secret}`).toString('base64')}`,
        'content-type': 'application/json'
      },
      body: JSON.stringify(readings.map(([ts, value]) => ({ ts, values: { [SUPPLY.key]: value } })))
    })
    if (response.ok) return
    const early = response.status === 401 && Date.now() < until
    if (!early) throw new Error(`push: ${response.status} ${await response.text()}`)
    await new Promise((go) => setTimeout(go, 500))
  }
}

/** A device on the line. The endpoint hears of a new device by its announcement, so that the first try may be early. */
export async function connect(device: Pick<Sensing, 'account' | 'secret'>): Promise<MqttClient> {
  const until = Date.now() + PATIENCE_MS
  for (;;)
    try {
      return await connectAsync(process.env.CHENGYUN_E2E_MQTT ?? 'mqtt://127.0.0.1:1883', {
        username: device.account,
        password: device.secret,
        clientId: device.account,
        reconnectPeriod: 0
      })
    } catch (error) {
      if (Date.now() > until) throw error
      await new Promise((go) => setTimeout(go, 300))
    }
}
