import { type Static, Type } from 'typebox'

const port = (fallback: number, description: string) =>
  Type.Integer({ minimum: 0, maximum: 65_535, default: fallback, description })

/** Settings of the gateways that take readings besides HTTP. */
export const GatewaySettings = Type.Object({
  CHENGYUN_GATEWAYS: Type.String({
    default: 'mqtt,hj212,modbus',
    pattern: '^(none|(mqtt|mqtts|hj212|modbus)(,(mqtt|mqtts|hj212|modbus))*)$',
    description:
      'What this process opens: mqtt, mqtts (MQTT over TLS), hj212, modbus, separated by commas; none: HTTP only. Processes beside others usually open none.'
  }),
  MQTT_PORT: port(1883, 'Port of the MQTT endpoint; 0 takes any free one.'),
  MQTT_TLS_PORT: port(8883, 'Port of MQTT over TLS, opened when mqtts is among CHENGYUN_GATEWAYS.'),
  MQTT_TLS_CERT: Type.Optional(
    Type.String({ maxLength: 1000, description: 'Path of the certificate chain (PEM) of MQTT over TLS.' })
  ),
  MQTT_TLS_KEY: Type.Optional(Type.String({ maxLength: 1000, description: 'Path of the private key (PEM) of MQTT over TLS.' })),
  MQTT_URL: Type.Optional(
    Type.String({
      pattern: '^mqtts?://',
      maxLength: 500,
      secret: true,
      description:
        'A broker outside: mqtt://user:password@host:1883. The platform is its client then and opens no MQTT endpoint of its own; who may publish is that broker’s business.'
    })
  ),
  MQTT_URL_TOPICS: Type.String({
    default: 'city/#,v1.1/#',
    maxLength: 2000,
    description: 'Topics read from the broker of MQTT_URL besides those of payload mappings, separated by commas.'
  }),
  CHENGYUN_MQTT_CONNECTIONS: Type.Integer({
    minimum: 1,
    maximum: 500_000,
    default: 20_000,
    description: 'Connections the MQTT endpoint of one process takes.'
  }),
  CHENGYUN_MQTT_PACKET_KB: Type.Integer({
    minimum: 1,
    maximum: 16_384,
    default: 256,
    description: 'Largest MQTT packet that is taken, in kB.'
  }),
  HJ212_PORT: port(7212, 'Port of the HJ 212-2017 gateway (TCP); 0 takes any free one.')
})
export type GatewaySettings = Static<typeof GatewaySettings>
