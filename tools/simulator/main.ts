import { parseArgs } from 'node:util'
import { simulate } from './run.ts'

const HELP = `chengyun simulate [--url URL] [--seed WORD] [--rate N] [--speed X] [--for MINUTES] [--truth FILE] [--quiet]

Lets a simulated city live on a demonstration server, through its public API: problems arise along the streets, are reported with
pictures, and the staff work them with human delays and human mistakes. Same seed, same city. Stop it with Ctrl+C.
  --url URL      the server (http://localhost:8080)
  --seed WORD    which city (1)
  --rate N       cases in a usual hour, 1 to 360 (120); quieter at night. The console's setting goes before it
  --speed X      simulated seconds per second (1)
  --for MINUTES  end after so many minutes
  --truth FILE   append what is really so about each case (JSON lines): true class, true unit, repeats, intended mistakes
  --quiet        say only what goes wrong
`

/** `chengyun simulate`: 0 when it ended as asked, 1 when it could not go on, 2 for wrong arguments or a server that is no demonstration. */
export async function main(args: string[]): Promise<number> {
  let values: Record<string, string | boolean | undefined>
  try {
    const text = { type: 'string' } as const
    const flag = { type: 'boolean' } as const
    values = parseArgs({
      args,
      options: {
        url: text,
        seed: text,
        rate: text,
        speed: text,
        for: text,
        truth: text,
        quiet: flag,
        help: { ...flag, short: 'h' }
      }
    }).values
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${HELP}`)
    return 2
  }
  if (values.help) {
    process.stdout.write(HELP)
    return 0
  }
  const number = (name: string, fallback: number, low: number, high: number): number => {
    const value = values[name] === undefined ? fallback : Number(values[name])
    return value >= low && value <= high ? value : Number.NaN
  }
  const [rate, speed, minutes] = [
    number('rate', 120, 1, 360),
    number('speed', 1, 0.1, 3600),
    number('for', Number.MAX_SAFE_INTEGER, 0.01, Number.MAX_SAFE_INTEGER)
  ]
  if ([rate, speed, minutes].some(Number.isNaN)) {
    process.stderr.write(`--rate is 1 to 360, --speed 0.1 to 3600, --for more than 0\n\n${HELP}`)
    return 2
  }
  const stop = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort())
  return simulate({
    url: String(values.url ?? 'http://localhost:8080'),
    seed: String(values.seed ?? '1'),
    rate,
    speed,
    minutes,
    truth: values.truth === undefined ? null : String(values.truth),
    quiet: values.quiet === true,
    stop: stop.signal
  })
}

if (import.meta.main) process.exit(await main(process.argv.slice(2)))
