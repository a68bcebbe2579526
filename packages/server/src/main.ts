import { serve } from './cli/serve.ts'

try {
  process.exitCode = await serve.run(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  const { hint } = error as { hint?: string }
  if (hint) process.stderr.write(`${hint}\n`)
  process.exitCode = 1
}
