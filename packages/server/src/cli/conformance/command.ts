import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import type { CliCommand } from '../index.ts'
import { type Result, runChecks } from './kit.ts'
import { findServer, type Options, READING } from './open311.ts'
import { REQUESTS } from './open311-requests.ts'
import { WRITING } from './open311-writing.ts'
import { findService, MODEL_RULES, REQ, type StaOptions } from './sensorthings.ts'
import { ASKING } from './sensorthings-asking.ts'
import { CHANGING, MAKING, tidyUp } from './sensorthings-writing.ts'

const HELP = `chengyun conformance open311|sensorthings URL [options]

Puts the rules of Open311 GeoReport v2 to any server. URL is the server, its GeoReport address or its discovery document.

  --api-key KEY        also file reports (they say that they are a check); without it those rules are skipped
  --service-code CODE  the service to file them for (default: the first of type realtime)
  --place LAT,LONG     where they lie, WGS-84 (default: the place of a request of the server)
  --jurisdiction ID    jurisdiction_id to send with every question
OGC SensorThings 1.1: URL is the address of the version (…/v1.1), or the server. Without --write only what is there is looked at.

  --token TOKEN        the account, sent as Bearer
  --write              make entities that say that they are a check, and end them again

  --json               one JSON document instead of lines

Exit codes: 0 everything holds, 1 a rule is broken, 2 wrong usage.
`

const OPTIONS = {
  'api-key': { type: 'string' },
  'service-code': { type: 'string' },
  place: { type: 'string' },
  jurisdiction: { type: 'string' },
  token: { type: 'string' },
  write: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' }
} as const

/** Put all rules of GeoReport v2 to a server. A server that cannot be found is one failed result. */
export async function checkOpen311(options: Options, each: (result: Result) => void = () => undefined): Promise<Result[]> {
  const found = await findServer(options).catch((error: unknown) => (error instanceof Error ? error.message : String(error)))
  if (typeof found !== 'string') return runChecks([...READING, ...REQUESTS, ...WRITING], found, each)
  return [unreachable('Service Discovery', found, each)]
}

function unreachable(clause: string, reason: string, each: (result: Result) => void): Result {
  const result: Result = { id: 'reachable', clause, title: 'the server can be found', verdict: 'fail', reason }
  each(result)
  return result
}

/** Put all rules of SensorThings 1.1 to a server. A server that cannot be found is one failed result. */
export async function checkSensorThings(
  options: StaOptions,
  each: (result: Result) => void = () => undefined
): Promise<Result[]> {
  const mark = randomBytes(5).toString('hex')
  const found = await findService(options, mark).catch((error: unknown) =>
    error instanceof Error ? error.message : String(error)
  )
  if (typeof found === 'string') return [unreachable(`${REQ}/resource-path/resource-path-to-entities`, found, each)]
  try {
    return await runChecks([...MAKING, ...MODEL_RULES, ...ASKING, ...CHANGING], found, each)
  } finally {
    await tidyUp(found)
  }
}

const say = ({ verdict, id, clause, title, reason }: Result): void => {
  process.stdout.write(`${verdict.padEnd(5)} ${id.padEnd(26)} ${title} [${clause}]${reason ? `\n      ${reason}` : ''}\n`)
}

/** `chengyun conformance`: does a server keep to a standard? */
export const conformance: CliCommand = {
  name: 'conformance',
  summary: 'put the rules of a standard to any server',
  async run(argv) {
    const { values, positionals } = parseArgs({ args: argv, options: OPTIONS, allowPositionals: true })
    const [standard, url] = positionals
    const [lat, long] = values.place?.split(',').map((t) => t.trim()) ?? []
    const badPlace = values.place !== undefined && !(Number.isFinite(Number(lat)) && Number.isFinite(Number(long ?? 'x')))
    if (
      values.help ||
      (standard !== 'open311' && standard !== 'sensorthings') ||
      url === undefined ||
      !/^https?:\/\//.test(url) ||
      badPlace
    ) {
      const fault =
        standard === undefined || values.help
          ? ''
          : standard !== 'open311' && standard !== 'sensorthings'
            ? `There are no rules for ${standard}\n\n`
            : badPlace
              ? `--place must be LAT,LONG, not ${values.place}\n\n`
              : `Which server? URL begins with http:// or https://\n\n`
      process[values.help ? 'stdout' : 'stderr'].write(`${fault}${HELP}`)
      return values.help ? 0 : 2
    }
    const options: Options = {
      url,
      apiKey: values['api-key'],
      serviceCode: values['service-code'],
      jurisdiction: values.jurisdiction,
      place: lat !== undefined && long !== undefined ? { lat, long } : undefined
    }
    const each = values.json ? undefined : say
    const isSta = standard === 'sensorthings'
    const results = isSta
      ? await checkSensorThings({ url, token: values.token, write: values.write }, each)
      : await checkOpen311(options, each)
    const count = (verdict: string): number => results.filter((r) => r.verdict === verdict).length
    const summary = { pass: count('pass'), fail: count('fail'), skip: count('skip') }
    if (values.json)
      process.stdout.write(
        `${JSON.stringify({ standard: isSta ? 'OGC SensorThings 1.1' : 'Open311 GeoReport v2', url, ...summary, results }, null, 2)}\n`
      )
    else process.stdout.write(`\n${summary.pass} hold, ${summary.fail} broken, ${summary.skip} skipped\n`)
    return summary.fail > 0 ? 1 : 0
  }
}
