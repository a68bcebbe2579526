/** A client of HTTP/1.1 that costs less than what it asks for: bare sockets, each path once, each answer's time kept. */
import { connect } from 'node:net'

export interface Flown {
  perS: number
  /** Milliseconds of each answer. */
  times: number[]
  bytes: number
}

/** Asks for each path once over `inFlight` connections. The answers must say how long they are. Throws when one is neither 200 nor 204. */
export async function fly(url: string, cookie: string, paths: readonly string[], inFlight: number): Promise<Flown> {
  const { hostname, port } = new URL(url)
  const flown: Flown = { perS: 0, times: [], bytes: 0 }
  let next = 0
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname)
      socket.setNoDelay(true)
      let asked = 0
      // Bytes of the body that are still to come; -1 before the head is read.
      let missing = -1
      const ask = (): void => {
        const path = paths[next++]
        if (path === undefined) {
          socket.destroy()
          resolve()
          return
        }
        missing = -1
        asked = performance.now()
        socket.write(`GET ${path} HTTP/1.1\r\nhost: bench\r\ncookie: ${cookie}\r\n\r\n`)
      }
      socket.on('connect', ask)
      socket.on('error', reject)
      socket.on('close', () => reject(new Error('the server hung up')))
      socket.on('data', (piece: Buffer) => {
        let body = piece.length
        if (missing < 0) {
          const end = piece.indexOf('\r\n\r\n')
          const head = piece.toString('latin1', 0, Math.max(0, end))
          const length = /^content-length: (\d+)/im.exec(head)
          const isEmpty = head.startsWith('HTTP/1.1 204')
          if (!isEmpty && (!head.startsWith('HTTP/1.1 200') || !length)) {
            reject(new Error(`${paths[next - 1]} answered ${head.split('\r\n')[0]}`))
            socket.destroy()
            return
          }
          missing = isEmpty ? 0 : Number(length![1])
          body -= end + 4
        }
        missing -= body
        flown.bytes += body
        if (missing > 0) return
        flown.times.push(performance.now() - asked)
        ask()
      })
    })
  const began = performance.now()
  await Promise.all(Array.from({ length: inFlight }, one))
  flown.perS = paths.length / ((performance.now() - began) / 1000)
  return flown
}
