import { serve } from './cli/serve.ts'

try {
  process.exitCode = await serve.run(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
