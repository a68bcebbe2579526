import type { Settings } from '../../platform/settings.ts'
import type { CaseEnv } from '../cases/index.ts'
import type { GeoService } from '../geo/index.ts'
import type { ServiceTable } from './domain/open311-services.ts'
import type { GeoReportClient } from './peer-client.ts'
import type { PeerRow } from './queries/peers.ts'
import type { PeerSettings } from './settings-peers.ts'

/** What the steps of one run with a peer share. */
export interface Exchange {
  env: CaseEnv
  geo: GeoService
  settings: Settings & PeerSettings
  peer: PeerRow
  client: GeoReportClient
  table: ServiceTable
  now: Date
  /** False once the run has used up its time or its questions: what is left waits for the next. */
  goesOn(): boolean
  /** What came of it so far. */
  run: {
    read: number
    filed: number
    rejected: number
    sent: number
    told: number
    updatesSent: number
    failed: number
    more: boolean
  }
}

/** After so many failures in a row the other side is left alone until the next run. */
export const GIVE_UP_AFTER = 3
