export { sha256Of } from './device.ts'
export { SyncEngine } from './engine.ts'
export { StorageFullError } from './store.ts'
export type {
  CachedPackage,
  Decision,
  NewOperation,
  NewPhoto,
  Place,
  SyncOperation,
  SyncOptions,
  SyncSnapshot,
  SyncState,
  SyncStatus
} from './types.ts'
