const WIDTH = 28
const TERMINAL_MS = 100
const LOG_MS = 10_000

/** Progress of long work on standard error: a bar that moves on a terminal, a line now and then in a log, nothing when `quiet`. */
export function progressBar(quiet = false): {
  say(line: string): void
  show(what: string, done: number, total: number): void
  end(): void
} {
  const { stderr } = process
  const terminal = stderr.isTTY === true
  let last = 0
  let began = 0
  let title = ''
  let drawn = false
  const clear = () => {
    if (drawn) stderr.write('\r\x1b[K')
    drawn = false
  }
  return {
    say(line) {
      if (quiet) return
      clear()
      stderr.write(`${line}\n`)
    },
    show(what, done, total) {
      if (quiet) return
      const now = Date.now()
      if (what !== title) {
        title = what
        began = now
        last = now
      }
      const over = total > 0 && done >= total
      if (now - last < (terminal ? TERMINAL_MS : LOG_MS) && !over) return
      last = now
      const share = total > 0 ? done / total : 1
      const left = done > 0 ? ((now - began) / done) * (total - done) : 0
      const bar = `${'█'.repeat(Math.round(share * WIDTH))}${'░'.repeat(WIDTH - Math.round(share * WIDTH))}`
      const line = `${what} ${bar} ${done}/${total}${done < total ? `, ${Math.ceil(left / 1000)} s left` : ''}`
      if (terminal) {
        stderr.write(`\r\x1b[K${line}`)
        drawn = true
      } else stderr.write(`${line}\n`)
    },
    end: clear
  }
}
