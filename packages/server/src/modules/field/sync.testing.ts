// A bad day in the street: the real engine on a device that is switched off at any moment, with a clock that is wrong, on a line that
// breaks, says things twice and in the wrong order. The test runs it at 500 operations, the bench at 10,000.
import 'fake-indexeddb/auto'
import { connect, createServer, type Server, type Socket } from 'node:net'
import type { FieldKind } from '@chengyun/contract/field'
import { type NewOperation, type NewPhoto, SyncEngine, type SyncOptions } from '@chengyun/field/sync'
import { picture } from './field.testing.ts'

/** Mulberry32: the same numbers for the same seed. */
export function randomOf(seed: number): () => number {
  let a = seed >>> 0
  return () => {
    a = (a + 0x6d2b79f5) >>> 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
export const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))

/** What went wrong on purpose. */
export interface Mishaps {
  cuts: number
  restarts: number
  repeats: number
  replays: number
}

/** A line to a server that is cut at random in either direction, and dawdles. */
export async function badLine(
  port: number,
  random: () => number,
  mishaps: Mishaps,
  cutShare = 0.12
): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>()
  const line: Server = createServer((client) => {
    const server = connect(port, '127.0.0.1')
    const end = () => {
      client.destroy()
      server.destroy()
    }
    for (const socket of [client, server]) {
      sockets.add(socket)
      socket.on('close', () => {
        sockets.delete(socket)
        end()
      })
      socket.on('error', end)
    }
    const pass = (from: Socket, to: Socket) =>
      from.on('data', (chunk) => {
        if (random() < cutShare / 4) {
          mishaps.cuts += 1
          // A part of it still arrives: the worst place to break off.
          to.write(chunk.subarray(0, Math.floor(chunk.length * random())), end)
          return
        }
        if (random() > 0.1) {
          to.write(chunk)
          return
        }
        from.pause()
        setTimeout(() => {
          if (!to.destroyed) to.write(chunk)
          from.resume()
        }, random() * 30)
      })
    pass(client, server)
    pass(server, client)
  })
  await new Promise<void>((done) => line.listen(0, '127.0.0.1', done))
  return {
    port: (line.address() as { port: number }).port,
    close: () =>
      new Promise((done) => {
        for (const socket of sockets) socket.destroy()
        line.close(() => done())
      })
  }
}

/** Says a tenth of what it sends twice, and now and then says something old again. */
export function stutteringFetch(random: () => number, mishaps: Mishaps): typeof fetch {
  const said: [string, RequestInit][] = []
  const quietly = async (url: string, init: RequestInit): Promise<void> => {
    // The line may be cut before the answer or in the middle of it.
    await fetch(url, { ...init, signal: AbortSignal.timeout(5000) })
      .then((r) => r.arrayBuffer())
      .catch(() => undefined)
  }
  return async (input, init = {}) => {
    const url = String(input)
    if (init.method !== 'POST' || !url.endsWith('/operations')) return fetch(url, init)
    const replayed = random() < 0.15 ? said[Math.floor(random() * said.length)] : undefined
    said.push([url, init])
    if (replayed) {
      mishaps.replays += 1
      // Of old: it overtakes the new one or comes after it.
      void quietly(...replayed)
    }
    if (random() < 0.1) {
      mishaps.repeats += 1
      void quietly(url, init)
    }
    return fetch(url, init)
  }
}

export interface Device {
  options: Pick<SyncOptions, 'userId' | 'deviceId' | 'headers'>
  script: readonly Scripted[]
  /** Wrong by this much, ms; another amount after every restart when it jumps. */
  skewMs: number
  jumps: boolean
}
/** Something to do: `on` names the place in the script of the report it belongs to. */
export interface Scripted {
  operation: (key: (index: number) => string, now: () => number) => NewOperation<FieldKind>
  photos: readonly { n: number; phase: NewPhoto['phase'] }[]
}

export interface Done {
  keys: string[]
  /** SHA-256 of the photos of each operation, in the order of the script. */
  hashes: string[][]
  left: { state: string; kind: string; code: string | undefined }[]
}

/** One device through its script: some is done, the line is tried, the device is switched off, until the server has all of it. */
export async function live(
  device: Device,
  baseUrl: string,
  random: () => number,
  mishaps: Mishaps,
  { deadlineMs, batch = 25, restartShare = 0.25 }: { deadlineMs: number; batch?: number; restartShare?: number }
): Promise<Done> {
  const until = Date.now() + deadlineMs
  let skew = device.skewMs
  const options = (): SyncOptions => ({
    ...device.options,
    baseUrl,
    automatic: false,
    batch,
    chunkBytes: 400,
    clock: () => Date.now() + skew,
    fetch: stutteringFetch(random, mishaps)
  })
  let engine = await SyncEngine.open(options())
  const done: Done = { keys: [], hashes: [], left: [] }
  const { sha256Of } = await import('@chengyun/field/sync')
  while (Date.now() < until) {
    const some = device.script.slice(done.keys.length, done.keys.length + Math.ceil(batch * 1.5))
    for (const { operation, photos } of some) {
      const taken: NewPhoto[] = []
      for (const { n, phase } of photos) {
        const blob = new Blob([new Uint8Array(await picture(n))], { type: 'image/jpeg' })
        taken.push({ blob, phase, sha256: await sha256Of(blob) })
      }
      const wanted = operation(
        (i) => done.keys[i]!,
        () => Date.now() + skew
      )
      done.keys.push(await engine.enqueue({ ...wanted, photos: taken }))
      done.hashes.push(taken.map((p) => p.sha256!))
    }
    const sync = engine.syncNow()
    if (random() < restartShare) {
      await Promise.race([sync, sleep(random() * 400)])
      engine.close()
      mishaps.restarts += 1
      if (device.jumps) skew = Math.round((random() * 2 - 1) * 7_200_000)
      engine = await SyncEngine.open(options())
    } else await sync
    const { waiting } = engine.snapshot().status
    if (done.keys.length === device.script.length && waiting === 0) break
  }
  done.left = engine
    .snapshot()
    .operations.filter((o) => o.state !== 'done')
    .map((o) => ({ state: o.state, kind: o.kind, code: o.error?.code }))
  engine.close()
  return done
}
