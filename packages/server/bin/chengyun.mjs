#!/usr/bin/env node
// Parsable by old Node: finds the Node 24 that npm installed with us and runs the real command line on it.
import { spawn } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(realpathSync(fileURLToPath(import.meta.url)))
const root = join(here, '../../..')
const exe = process.platform === 'win32' ? 'node.exe' : 'node'
const bundled = join(
  root,
  'node_modules',
  `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`,
  'bin',
  exe
)
const node = Number(process.versions.node.split('.')[0]) >= 24 || !existsSync(bundled) ? process.execPath : bundled
const child = spawn(
  node,
  [
    '--disable-warning=ExperimentalWarning',
    '--max-semi-space-size=16',
    join(here, '../src/cli/index.ts'),
    ...process.argv.slice(2)
  ],
  { stdio: 'inherit' }
)
// A service manager stops this process; the one that does the work must hear it. A terminal's Ctrl-C reaches both by itself.
process.on('SIGTERM', () => child.kill('SIGTERM'))
process.on('SIGINT', () => undefined)
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
