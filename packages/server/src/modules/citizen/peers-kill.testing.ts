// A server process of its own that exchanges with one peer and ends: to be killed in the middle. Arguments: database address, peer.
import { build } from '../../app.ts'
import { MODULES } from '../../modules.ts'
import { openUrl } from '../../platform/db/open.ts'
import { openLog } from '../../platform/log.ts'
import { readSettings } from '../../platform/settings.ts'
import { exchangeWith, peerWorld } from './peer-run.ts'

const [url, peerId] = process.argv.slice(2) as [string, string]
const settings = readSettings(
  process.env,
  MODULES.flatMap((m) => (m.settings ? [m.settings] : []))
)
const database = await openUrl(url, 5)
const app = await build({ db: database.db, settings, log: openLog('error'), jobs: false })
process.stdout.write('ready\n')
await exchangeWith(peerWorld()!, peerId, new Date())
process.stdout.write('done\n')
await app.close()
await database.close()
