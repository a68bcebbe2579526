import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { expect, test } from 'vitest'
import { gatewayBed, station, until } from './gateways.testing.ts'

const hasOpenssl = spawnSync('openssl', ['version']).error === undefined

test.skipIf(!hasOpenssl)('MQTT over TLS alone: no plain port is open', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'chengyun-tls-'))
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  spawnSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '2', ...subject])
  const t = await gatewayBed({ CHENGYUN_GATEWAYS: 'mqtts', MQTT_TLS_CERT: cert, MQTT_TLS_KEY: key })
  try {
    await until(() => t.gateways.ports.mqtts !== undefined, 'the port')
    expect(t.gateways.ports).toEqual({ mqtts: expect.any(Number) })
    const d = await station(t, { supplyC: 'number' }, { protocol: 'mqtt' })
    const url = `mqtts://localhost:${t.gateways.ports.mqtts}`
    const who = { username: d.code, password: d.secret, reconnectPeriod: 0 }
    await expect(mqtt.connectAsync(url, who)).rejects.toThrow(/self-signed/)
    const client = await mqtt.connectAsync(url, { ...who, rejectUnauthorized: false })
    const at = `v1.1/Datastreams(${d.streams.supplyC})/Observations`
    await client.publishAsync(at, JSON.stringify({ result: 33 }), { qos: 1 })
    expect(t.latest(d.streams.supplyC!)).toBe(33)
    await client.endAsync()
  } finally {
    await t.close()
    rmSync(dir, { recursive: true, force: true })
  }
})
