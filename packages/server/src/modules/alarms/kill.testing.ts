// The whole program on a database with a city, until it is killed. Argument: database address.
import type { AddressInfo } from 'node:net'
import { build } from '../../app.ts'
import { MODULES } from '../../modules.ts'
import { openUrl } from '../../platform/db/open.ts'
import { openLog } from '../../platform/log.ts'
import { readSettings } from '../../platform/settings.ts'

const { db } = await openUrl(process.argv[2]!, 8)
const settings = readSettings(
  process.env,
  MODULES.flatMap((m) => (m.settings ? [m.settings] : []))
)
const app = await build({ db, settings, log: openLog('error') })
await app.http.listen({ port: 0, host: '127.0.0.1' })
process.stdout.write(`http://127.0.0.1:${(app.http.server.address() as AddressInfo).port} ready\n`)
