// A process that follows the journal and judges, until it is killed. Argument: database address.
import '../../../modules.ts'
import { openUrl } from '../../../platform/db/open.ts'
import { streamsOf } from '../../streams/index.ts'
import { judgeOf } from './judge.ts'

const { db } = await openUrl(process.argv[2]!, 5)
judgeOf(db).saveEveryS = 0.15
const streams = await streamsOf(db, { failed: (error, what) => process.stderr.write(`${what}: ${String(error)}\n`) })
await streams.followers.start()
process.stdout.write('ready\n')
setInterval(() => undefined, 1000)
