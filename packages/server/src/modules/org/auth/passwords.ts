import { hash, verify } from '@node-rs/argon2'

/** argon2id, 19 MiB, 2 passes (OWASP minimum; the package's defaults, written down so that an update cannot weaken them). */
const COST = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** About 30 ms of one core. */
export const hashPassword = (password: string): Promise<string> => hash(password, COST)

let decoy: Promise<string> | undefined

/** True when the password fits. Without a hash the same time is spent, so that the answer does not say whether the user exists. */
export async function passwordFits(stored: string | null | undefined, password: string): Promise<boolean> {
  if (stored === null || stored === undefined) {
    decoy ??= hashPassword('nobody has this password')
    await verify(await decoy, password)
    return false
  }
  return verify(stored, password).catch(() => false)
}
