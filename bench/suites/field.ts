/** The bad day of the field app's sync engine (`sync.db.test.ts`) at 10,000 operations: that none is lost or doubled, and how fast. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Bench } from '../lib/bed.ts'
import { type BenchRow, round } from '../lib/stats.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const TEST = 'packages/server/src/modules/field/sync.db.test.ts'
const OPERATIONS = Number(process.env.CHENGYUN_TEST_OPERATIONS ?? 10_000)

/** @throws Error with what the reckoning found when an operation or a photo was lost, doubled or changed */
export async function run(bench: Bench): Promise<BenchRow[]> {
  const child = spawn(process.execPath, ['node_modules/.bin/vitest', 'run', '--project', 'db', TEST], {
    cwd: ROOT,
    env: { ...process.env, CHENGYUN_TEST_OPERATIONS: String(OPERATIONS), NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit']
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  const [code] = (await once(child, 'close')) as [number | null]
  const told = /(\d+) operations in ([\d.]+) s, (\d+) photos, seed \d+: (\{.*\})/.exec(text)
  if (code !== 0 || !told) throw new Error(text.slice(-4000))
  const perSecond = round(OPERATIONS / Number(told[2]), 1)
  bench.say(`  ${OPERATIONS} operations with ${told[3]} photos in ${told[2]} s: ${perSecond}/s; on purpose ${told[4]}`)
  return [
    {
      suite: 'field',
      name: `${OPERATIONS} operations over a bad line, none lost, none doubled`,
      unit: '/s',
      ours: perSecond,
      limit: null,
      ratio: null,
      target: 'zero lost, zero doubled, every hash intact',
      ok: true,
      note: `${told[3]} photos; cuts, restarts, repeats, replays ${told[4]}; clocks up to 2 h wrong`
    }
  ]
}
