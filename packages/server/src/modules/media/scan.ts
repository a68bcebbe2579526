import { spawn } from 'node:child_process'
import { MEDIA_ERRORS } from '@chengyun/contract/media'
import { thrower } from '../../platform/errors.ts'

const fault = thrower(MEDIA_ERRORS)
const TIME_LIMIT_MS = 60_000

/** Looks at an uploaded file before it is kept (GB/T 22239-2019 8.1.4.5). Throws to refuse it. */
export type UploadScan = (path: string) => Promise<void>

/** The scan that the settings name; without one every file passes. */
export function scanOf(command: string | undefined): UploadScan {
  const [program, ...args] = (command ?? '').trim().split(/\s+/)
  if (!program) return async () => {}
  return async (path) => {
    const code = await run(
      program,
      args.map((arg) => arg.replaceAll('{file}', path))
    )
    if (code === 0) return
    throw fault(code === 1 ? 'MEDIA_REFUSED_BY_SCANNER' : 'MEDIA_SCANNER_UNAVAILABLE')
  }
}

/** Exit code of a program run without a shell; `null` when it could not be started, was killed or took too long. */
function run(program: string, args: readonly string[]): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'ignore', timeout: TIME_LIMIT_MS })
    child.once('error', () => resolve(null))
    child.once('close', resolve)
  })
}
