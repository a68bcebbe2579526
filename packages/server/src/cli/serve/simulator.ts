import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { SIMULATOR_ENV, SIMULATOR_NODE_FLAGS } from '../simulate.ts'

const ENTRY = fileURLToPath(new URL('../../../../../tools/simulator/main.ts', import.meta.url))
const RETRY_MS = 5000

/** The demonstration's simulator as a process of its own: it uses the public API like anyone else, and cannot hurt the server. */
export function superviseSimulator(url: string, say: (message: string) => void): { stop(): Promise<void> } {
  let child: ChildProcess | undefined
  let stopped = false
  const run = () => {
    if (stopped || !existsSync(ENTRY)) return
    child = spawn(process.execPath, [...SIMULATOR_NODE_FLAGS, ENTRY, '--url', url, '--quiet'], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, ...SIMULATOR_ENV }
    })
    child.once('exit', (code) => {
      if (stopped) return
      say(`simulator ended (${code}); starting it again in ${RETRY_MS / 1000} s`)
      setTimeout(run, RETRY_MS).unref()
    })
  }
  run()
  return {
    stop: async () => {
      stopped = true
      if (!child || child.exitCode !== null) return
      const gone = new Promise<void>((resolve) => child!.once('exit', () => resolve()))
      child.kill('SIGTERM')
      await gone
    }
  }
}
