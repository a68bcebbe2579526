// Servers as processes of their own, so that tests can end them with kill -9.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('./kill.testing.ts', import.meta.url))

export interface KilledServer {
  url: string
  /** At once, with nothing finished; resolves when the process is gone. */
  kill(): Promise<void>
}

/** The whole program on a database with a city; resolves when it answers. */
export function startServer(database: string, dir: string, settings: Record<string, string>): Promise<KilledServer> {
  const child = spawn(process.execPath, [MAIN, database], {
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: join(dir, 'compiled'),
      CHENGYUN_DATA: dir,
      CHENGYUN_DEMO: '1',
      CHENGYUN_SECRET: 'test-secret-of-thirty-two-characters',
      ...settings
    }
  })
  const gone = new Promise<void>((done) => child.once('exit', () => done()))
  const kill = (): Promise<void> => {
    child.kill('SIGKILL')
    return gone
  }
  let said = ''
  return new Promise((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      said += String(chunk)
      const url = /(http:\S+) ready/.exec(said)?.[1]
      if (url) resolve({ url, kill })
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    void gone.then(() => reject(new Error(`ended:\n${said}`)))
  })
}
