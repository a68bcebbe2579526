import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { cityOf } from '../modules/cases/index.ts'
import { DEMO_PASSWORD } from '../modules/org/index.ts'
import { gatewaysOf } from '../modules/streams/index.ts'
import { MODULES } from '../modules.ts'
import { openLog } from '../platform/log.ts'
import { readSettings, SettingsError } from '../platform/settings.ts'
import { start } from '../start.ts'
import type { CliCommand } from './index.ts'
import { superviseSimulator } from './serve/simulator.ts'

const HELP = `chengyun serve [--empty] [--city ID] [--no-simulate]

Starts everything on PORT (8080): console, API, embedded database unless DATABASE_URL names another.
  --empty        set an empty database up without demonstration people and cases
  --city ID      profile of the city (a folder of cities/); default qingdao. Only an empty database takes it
  --no-simulate  demonstration city without the simulator
`

/** Ports that devices connect to; why one is closed stands in the log. */
const devicePorts = (ports: { mqtt?: number; mqtts?: number; hj212?: number } = {}): string => {
  const open = [
    ports.mqtt && `MQTT ${ports.mqtt}`,
    ports.mqtts && `MQTT over TLS ${ports.mqtts}`,
    ports.hj212 && `HJ 212 ${ports.hj212}`
  ]
  const said = open.filter(Boolean).join('   ')
  return said === '' ? 'no port is open   ' : `${said}   `
}

/** `chengyun serve`, and what `npm start` runs after installing and building. */
export const serve: CliCommand = {
  name: 'serve',
  summary: 'start the server',
  async run(argv) {
    const { values } = parseArgs({
      args: argv,
      options: {
        empty: { type: 'boolean' },
        city: { type: 'string' },
        'no-simulate': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' }
      }
    })
    if (values.help) {
      process.stdout.write(HELP)
      return 0
    }
    const began = Date.now()
    const say = (message: string) =>
      process.stdout.write(`[${((Date.now() - began) / 1000).toFixed(1).padStart(5)} s] ${message}\n`)
    let settings: ReturnType<typeof readSettings>
    try {
      settings = readSettings(
        process.env,
        MODULES.flatMap((m) => (m.settings ? [m.settings] : []))
      )
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error
      process.stderr.write(`${error.message}\n`)
      return 2
    }
    const demo = values.empty !== true
    const running = await start({
      settings: { ...settings, CHENGYUN_DEMO: settings.CHENGYUN_DEMO || demo },
      log: openLog(settings.CHENGYUN_LOG),
      city: values.city ?? settings.CHENGYUN_CITY ?? 'qingdao',
      demo,
      say
    })
    const city = await cityOf(running.database.db)
    say(`ready: ${city.name.zh || 'Chengyun'}`)
    process.stdout.write(`
  Console      ${running.url}/
  API          ${running.url}/api/docs   (OpenAPI ${running.url}/api/openapi.json)
  Health       ${running.url}/readyz     Metrics ${running.url}/metrics
  Devices      ${devicePorts(gatewaysOf(running.database.db)?.ports)}SensorThings ${running.url}/sta/v1.1
${city.demo ? `  Accounts     acceptor, leader, dispatcher … (on the sign-in page), password ${DEMO_PASSWORD}\n` : ''}
  Ctrl+C stops it.
`)
    const simulator = city.demo && !values['no-simulate'] ? superviseSimulator(running.url, say) : undefined
    const signal = await Promise.race([
      once(process, 'SIGINT').then(() => 'SIGINT'),
      once(process, 'SIGTERM').then(() => 'SIGTERM')
    ])
    say(`${signal}: finishing requests under way`)
    await simulator?.stop()
    await running.stop()
    say('stopped')
    return 0
  }
}
