import { type Static, type TObject, type TSchema, Type } from 'typebox'
import { Value } from 'typebox/value'

/** A value that never shows itself in logs, errors or JSON. */
export class Secret {
  readonly #value: string
  constructor(value: string) {
    this.#value = value
  }
  reveal(): string {
    return this.#value
  }
  toString(): string {
    return '***'
  }
  toJSON(): string {
    return '***'
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '***'
  }
}

/** Settings of the program as a whole; each module adds its own. Names are environment variables. */
export const PlatformSettings = Type.Object({
  PORT: Type.Integer({ minimum: 0, maximum: 65535, default: 8080, description: 'HTTP port; 0 takes any free one.' }),
  HOST: Type.String({ default: '0.0.0.0', maxLength: 255, description: 'Address to listen on.' }),
  CHENGYUN_DATA: Type.String({
    default: '.data',
    maxLength: 1000,
    description: 'Directory of the embedded database and of local media.'
  }),
  DATABASE_URL: Type.Optional(
    Type.String({
      maxLength: 2000,
      secret: true,
      description: 'A PostgreSQL server (15 or newer). Without it the embedded one is started.'
    })
  ),
  CHENGYUN_DB_POOL: Type.Integer({
    minimum: 2,
    maximum: 100,
    default: 12,
    description: 'Database connections of one server process.'
  }),
  CHENGYUN_LOG: Type.Union(
    [Type.Literal('debug'), Type.Literal('info'), Type.Literal('warn'), Type.Literal('error'), Type.Literal('silent')],
    {
      default: 'info',
      description: 'How much is logged.'
    }
  ),
  CHENGYUN_CITY: Type.Optional(
    Type.String({
      pattern: '^[a-z0-9-]{1,40}$',
      description: 'City profile (a folder of cities/) an empty database is set up with. Default: qingdao.'
    })
  ),
  CHENGYUN_PUBLIC_URL: Type.Optional(
    Type.String({
      pattern: '^https?://',
      maxLength: 500,
      description: 'The address people use, when a proxy stands before the server. Cookies are Secure when it is https.'
    })
  ),
  CHENGYUN_TRUST_PROXY: Type.Boolean({
    default: false,
    description: 'Believe X-Forwarded-For and -Proto of the proxy before us.'
  }),
  CHENGYUN_BASE_LAYERS: Type.Optional(
    Type.String({
      maxLength: 20_000,
      description:
        'Foreign base maps people may lay under the own one: a JSON list, or the path of a file with it (docs/operate/base-maps.md).'
    })
  ),
  CHENGYUN_SECRET: Type.Optional(
    Type.String({
      minLength: 32,
      maxLength: 200,
      secret: true,
      description:
        'Key material for stored personal data and cookies. Without it one is made in the data directory (and must be backed up with it).'
    })
  ),
  CHENGYUN_SMS_WEBHOOK: Type.Optional(
    Type.String({
      pattern: '^https?://',
      maxLength: 1000,
      description:
        'Gateway (SMS, WeChat) that one-time codes and alarms are posted to. Without it the demo city logs them and any other sends none.'
    })
  ),
  CHENGYUN_SMS_SECRET: Type.Optional(
    Type.String({
      minLength: 16,
      maxLength: 200,
      secret: true,
      description: 'Key of the signature on each message to the gateway.'
    })
  ),
  CHENGYUN_TOKEN: Type.Optional(
    Type.String({
      maxLength: 200,
      secret: true,
      description: 'For commands with --url: an access token of an account on that server. A server itself does not use it.'
    })
  ),
  CHENGYUN_PASSWORD: Type.Optional(
    Type.String({
      maxLength: 200,
      secret: true,
      description: 'For commands with --url: the password of --username on that server. A server itself does not use it.'
    })
  ),
  CHENGYUN_DEMO: Type.Boolean({
    default: false,
    description: 'Show demonstration accounts on the sign-in page. Set by npm start on the demo city.'
  })
})
export type PlatformSettings = Static<typeof PlatformSettings>
export type Settings = PlatformSettings & Record<string, unknown>

export class SettingsError extends Error {
  readonly faults: readonly string[]
  constructor(faults: readonly string[]) {
    super(`Settings are wrong:\n${faults.map((f) => `  - ${f}`).join('\n')}`)
    this.name = 'SettingsError'
    this.faults = faults
  }
}

const isKnownPrefix = (name: string) => /^(CHENGYUN_|S3_|OIDC_)/.test(name)
const isSecret = (schema: TSchema) => (schema as { secret?: boolean }).secret === true

/** One environment string as its schema wants it. Empty means unset. */
function coerce(schema: TSchema, text: string): unknown {
  const type = (schema as { type?: string }).type
  if (type === 'integer' || type === 'number') return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
  if (type === 'boolean') return text === '1' || text === 'true' ? true : text === '0' || text === 'false' ? false : text
  return text
}

/**
 * Read all settings once, at start. Every fault is listed, with the variable's name and never with a secret's value; a variable of
 * ours that nothing knows (a typing error) is a fault too.
 * @throws SettingsError
 */
export function readSettings(env: Record<string, string | undefined>, moduleSchemas: readonly TObject[] = []): Settings {
  const faults: string[] = []
  const out: Record<string, unknown> = {}
  const known = new Map<string, TSchema>()
  for (const schema of [PlatformSettings, ...moduleSchemas]) {
    for (const [name, property] of Object.entries(schema.properties as Record<string, TSchema>)) known.set(name, property)
  }
  for (const [name, schema] of known) {
    const text = env[name]
    const fallback = (schema as { default?: unknown }).default
    if (text === undefined || text === '') {
      if (fallback !== undefined) out[name] = fallback
      continue
    }
    const value = coerce(schema, text)
    if (Value.Check(schema, value)) {
      out[name] = value
      continue
    }
    const why = Value.Errors(schema, value)[0]?.message ?? 'is not valid'
    const shown = isSecret(schema) ? '***' : JSON.stringify(text)
    faults.push(`${name}=${shown}: ${why}. ${(schema as { description?: string }).description ?? ''}`.trim())
  }
  for (const name of Object.keys(env)) {
    if (isKnownPrefix(name) && !known.has(name) && !name.startsWith('CHENGYUN_TEST_')) faults.push(`${name}: no such setting`)
  }
  if (faults.length > 0) throw new SettingsError(faults)
  return out as Settings
}

/** The settings as they may be logged or shown: secrets starred. */
export function shownSettings(settings: Settings, moduleSchemas: readonly TObject[] = []): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const schema of [PlatformSettings, ...moduleSchemas]) {
    for (const [name, property] of Object.entries(schema.properties as Record<string, TSchema>)) {
      if (settings[name] !== undefined) out[name] = isSecret(property) ? '***' : settings[name]
    }
  }
  return out
}
