// npm run bench: installs what is missing, then runs bench/main.ts on the Node that the repository brings.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ensureInstalled, needNode, ROOT } from './node.mjs'

await ensureInstalled({ dev: true })
const args = ['--disable-warning=ExperimentalWarning', join(ROOT, 'bench/main.ts'), ...process.argv.slice(2)]
const child = spawn(needNode(), args, { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.once('exit', (code) => process.exit(code ?? 1))
