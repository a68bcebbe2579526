import { ROLE_FACTS } from '@chengyun/contract/org'
import { makePassword } from '../cli/user.ts'
import { addAccount, openKeyring } from '../modules/org/index.ts'
import { SYSTEM } from '../platform/actor.ts'
import type { Db } from '../platform/db.ts'
import type { Settings } from '../platform/settings.ts'

/** Who a city without demonstration people begins with: the three separated administrators and one for the platform's own data. */
const FIRST = ['systemAdmin', 'securityAdmin', 'auditAdmin', 'dataAdmin'] as const

/** Accounts with passwords made now, shown once, to be changed at the first sign-in. */
export async function createAdministrators(db: Db, settings: Settings, log: (message: string) => void): Promise<void> {
  const keyring = openKeyring(settings)
  log('accounts to begin with; write these passwords down, they are not shown again:')
  for (const role of FIRST) {
    const password = makePassword()
    await addAccount(db, SYSTEM, keyring, {
      username: role.toLowerCase(),
      name: ROLE_FACTS[role].zh,
      password,
      role,
      unitKey: 'city-center'
    })
    log(`  ${role.toLowerCase().padEnd(14)} ${password}   ${ROLE_FACTS[role].zh}`)
  }
}
