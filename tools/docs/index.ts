import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { TObject } from 'typebox'
import { PlatformSettings } from '../../packages/server/src/platform/settings.ts'
import { caseFlowPage, guardFaults } from './case-flow.ts'
import { errorFaults, errorsPage } from './errors.ts'
import { announcedIn, describedEvents, eventFaults, eventsPage } from './events.ts'
import { permissionFaults, permissionsPage } from './permissions.ts'
import { settingFaults, settingsPage } from './settings.ts'
import { ROOT, readContract, readModules, readText, serverSources } from './sources.ts'

export const FOLDER = join(ROOT, 'docs/generated')

export interface Generated {
  /** File name → text. */
  pages: Record<string, string>
  /** Where code and descriptions contradict each other, page by page. */
  faults: Record<string, string[]>
}

/** Write all pages in memory and compare what they are made from. */
export async function generateDocs(): Promise<Generated> {
  const [contract, modules] = await Promise.all([readContract(), readModules()])
  const sources = serverSources()
  const eventsFile = (name: string) => `packages/contract/src/${name}/events.ts`
  const events = describedEvents(contract, (name) => (existsSync(join(ROOT, eventsFile(name))) ? readText(eventsFile(name)) : ''))
  const announced = announcedIn(
    sources,
    events.map((e) => e.name)
  )
  const settings = [
    { name: 'platform', schema: PlatformSettings as TObject },
    ...modules.flatMap((m) => (m.settings ? [{ name: m.name, schema: m.settings }] : []))
  ]
  const guards = readText('packages/server/src/modules/cases/domain/guards.ts')
  const words = JSON.parse(readText('packages/console/src/strings/zh/words.json')) as Record<string, string>
  return {
    pages: {
      'errors.md': errorsPage(contract),
      'events.md': eventsPage(events, announced, modules),
      'settings.md': settingsPage(settings),
      'case-flow.md': caseFlowPage({ words, guards }),
      'permissions.md': permissionsPage(sources)
    },
    faults: {
      'errors.md': errorFaults(contract),
      'events.md': eventFaults(events, announced, modules),
      'settings.md': settingFaults(settings),
      'case-flow.md': guardFaults(guards),
      'permissions.md': permissionFaults(sources)
    }
  }
}
