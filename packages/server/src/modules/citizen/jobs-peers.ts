import type { Job } from '../../platform/module.ts'
import { exchangeWith, peerWorld } from './peer-run.ts'
import { duePeers } from './queries/peers.ts'

const AT_ONCE = 4

/** Exchanges with every peer whose turn it is, a few at once, so that one that hangs holds up nobody. */
export const peerJobs: readonly Job[] = [
  {
    name: 'peers.exchange',
    everyS: 10,
    run: async ({ db, now, log }) => {
      const world = peerWorld()
      if (!world) return
      const work = async (peer: { id: string; key: string; nextRunAt: Date }): Promise<void> => {
        const done = await exchangeWith(world, peer.id, now, peer.nextRunAt <= now)
        if (done?.error) log('peer exchange failed', { peer: peer.key, error: done.error })
      }
      const results = await Promise.allSettled((await duePeers(db, now, AT_ONCE)).map(work))
      const broken = results.find((r) => r.status === 'rejected')
      if (broken) throw broken.reason
    }
  }
]
