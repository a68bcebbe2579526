/** The parts of a browser the engine uses when they are there. */
interface Locks {
  request<T>(name: string, options: { ifAvailable: true }, work: (lock: unknown) => Promise<T>): Promise<T>
}
interface Storage {
  estimate?(): Promise<{ usage?: number; quota?: number }>
  persist?(): Promise<boolean>
}
const device = (): { locks?: Locks; storage?: Storage } =>
  (globalThis as { navigator?: { locks?: Locks; storage?: Storage } }).navigator ?? {}

const held = new Set<string>()

/** Does the work while nobody else does work of this name, in this page or another one. False: somebody else is at it. */
export async function alone(name: string, work: () => Promise<void>): Promise<boolean> {
  const { locks } = device()
  if (locks) {
    return locks.request(name, { ifAvailable: true }, async (lock) => {
      if (!lock) return false
      await work()
      return true
    })
  }
  if (held.has(name)) return false
  held.add(name)
  try {
    await work()
    return true
  } finally {
    held.delete(name)
  }
}

const LOW_BYTES = 100 * 1024 * 1024
const LOW_SHARE = 0.9

/** How full the space of this site is; nulls where the browser does not say. */
export async function spaceLeft(): Promise<{ usedShare: number | null; freeBytes: number | null; storageLow: boolean }> {
  try {
    const { usage, quota } = (await device().storage?.estimate?.()) ?? {}
    if (usage !== undefined && quota) {
      const freeBytes = quota - usage
      return { usedShare: usage / quota, freeBytes, storageLow: freeBytes < LOW_BYTES || usage / quota > LOW_SHARE }
    }
  } catch {
    // Not told: then nothing is said of it.
  }
  return { usedShare: null, freeBytes: null, storageLow: false }
}

/** Asks the browser not to clear this site's data when space is short. */
export async function keepForGood(): Promise<void> {
  try {
    await device().storage?.persist?.()
  } catch {
    // A wish, not a need.
  }
}

/** SHA-256 of the bytes as lower-case hex. */
export async function sha256Of(blob: Blob): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer())
  return [...new Uint8Array(hash)].map((b) => b.toString(16).padStart(2, '0')).join('')
}

interface Channel {
  onmessage: ((event: unknown) => void) | null
  postMessage(message: unknown): void
  close(): void
  unref?(): void
}

/** Word between the pages of one person: `heard` is called when another page has written. */
export function openNews(name: string, heard: () => void): { tell(): void; close(): void } {
  const Made = (globalThis as { BroadcastChannel?: new (name: string) => Channel }).BroadcastChannel
  if (!Made) return { tell: () => undefined, close: () => undefined }
  const channel = new Made(name)
  channel.onmessage = heard
  // A page may end with the channel open; a program must be able to.
  channel.unref?.()
  return { tell: () => channel.postMessage('changed'), close: () => channel.close() }
}
