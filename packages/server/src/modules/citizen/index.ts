import { CITIZEN_ERRORS, HOTLINE_ERRORS, PEER_ERRORS, PUBLIC_ERRORS } from '@chengyun/contract/public'
import { Type } from 'typebox'
import { defineModule } from '../../platform/module.ts'
import { citizenJobs } from './jobs-citizen.ts'
import { hotlineJobs } from './jobs-hotline.ts'
import { peerJobs } from './jobs-peers.ts'
import { citizenListeners } from './listeners-citizen.ts'
import { hotlineListeners } from './listeners-hotline.ts'
import { peerListeners } from './listeners-peers.ts'
import { open311Routes } from './routes/open311.ts'
import { citizenRoutes } from './routes.ts'
import { HotlineSettings } from './settings-hotline.ts'
import { PeerSettings } from './settings-peers.ts'
import './tables.ts'

export default defineModule({
  name: 'citizen',
  dependsOn: ['org', 'geo', 'media', 'registry', 'cases'],
  migrations: new URL('./migrations/', import.meta.url),
  routes: citizenRoutes,
  rootRoutes: open311Routes,
  errors: { ...PUBLIC_ERRORS, ...CITIZEN_ERRORS, ...HOTLINE_ERRORS, ...PEER_ERRORS },
  settings: Type.Object({ ...HotlineSettings.properties, ...PeerSettings.properties }),
  jobs: [...citizenJobs, ...hotlineJobs, ...peerJobs],
  listeners: {
    ...citizenListeners,
    'cases.moved': async (tx, events) => {
      await citizenListeners['cases.moved']?.(tx, events)
      await hotlineListeners['cases.moved']?.(tx, events)
      await peerListeners['cases.moved']?.(tx, events)
    }
  }
})
