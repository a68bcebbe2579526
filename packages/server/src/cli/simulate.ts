import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { CliCommand } from './index.ts'

const ENTRY = fileURLToPath(new URL('../../../../tools/simulator/main.ts', import.meta.url))

/** A small heap and few allocator arenas: the simulator lives beside the server and must not cost what the server needs. */
export const SIMULATOR_NODE_FLAGS = [
  '--disable-warning=ExperimentalWarning',
  '--max-semi-space-size=1',
  '--max-old-space-size=96'
] as const
export const SIMULATOR_ENV = { MALLOC_ARENA_MAX: '2' } as const

/** `chengyun simulate`: the city simulator as a process of its own, for it is a user of the product and no part of it. */
export const simulate: CliCommand = {
  name: 'simulate',
  summary: 'run the seeded city simulator against a server',
  async run(argv) {
    const child = spawn(process.execPath, [...SIMULATOR_NODE_FLAGS, ENTRY, ...argv], {
      stdio: 'inherit',
      env: { ...process.env, ...SIMULATOR_ENV }
    })
    const pass = (signal: NodeJS.Signals) => void child.kill(signal)
    const signals = ['SIGINT', 'SIGTERM'] as const
    for (const signal of signals) process.on(signal, pass)
    const [code] = (await once(child, 'exit')) as [number | null]
    for (const signal of signals) process.off(signal, pass)
    return code ?? 1
  }
}
