import { resolve } from 'node:path'
import { type Settings, SettingsError } from '../../../platform/settings.ts'
import type { MediaSettings } from '../settings.ts'
import { DiskStore } from './disk.ts'
import { S3Store } from './s3.ts'
import type { MediaStore } from './store.ts'

export { type ByteRange, type MediaStore, NotStoredError } from './store.ts'

const stores = new WeakMap<Settings, MediaStore>()

/** Folder of originals (disk store), uploads under way and derived copies. */
export const mediaFolder = (settings: Settings, ...path: string[]): string => resolve(settings.CHENGYUN_DATA, 'media', ...path)

/** The store that the settings name; one per settings object. Throws SettingsError when the S3 settings are incomplete. */
export function storeOf(settings: Settings): MediaStore {
  const known = stores.get(settings)
  if (known) return known
  const store = open(settings as Settings & MediaSettings)
  stores.set(settings, store)
  return store
}

function open(settings: Settings & MediaSettings): MediaStore {
  const { S3_ENDPOINT: endpoint, S3_BUCKET: bucket, S3_KEY: key, S3_SECRET: secret, S3_REGION: region } = settings
  if (endpoint === undefined && bucket === undefined && key === undefined && secret === undefined) {
    return new DiskStore(mediaFolder(settings, 'originals'))
  }
  if (endpoint === undefined || bucket === undefined || key === undefined || secret === undefined) {
    throw new SettingsError(['S3_ENDPOINT, S3_BUCKET, S3_KEY and S3_SECRET: give all four or none'])
  }
  return new S3Store({ endpoint, bucket, key, secret, region })
}
