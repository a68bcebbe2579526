import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import type { StoredOperation, StoredPhoto } from './types.ts'

interface Schema extends DBSchema {
  operations: { key: string; value: StoredOperation; indexes: { seq: number } }
  photos: { key: string; value: StoredPhoto; indexes: { key: string } }
  /** Key of a report → the id of the case it became. */
  cases: { key: string; value: string }
  /** Parts of the package with their versions, drift and the like. */
  kept: { key: string; value: unknown }
}

/** The device has no room for what was just done. */
export class StorageFullError extends Error {
  override name = 'StorageFullError'
}

/** The operation log and the photos of one person on one device. Every method is one transaction: it happened or it did not. */
export class SyncStore {
  readonly #db: IDBPDatabase<Schema>

  private constructor(db: IDBPDatabase<Schema>) {
    this.#db = db
  }

  static async open(userId: string): Promise<SyncStore> {
    const db = await openDB<Schema>(`chengyun-field-${userId}`, 1, {
      upgrade: (fresh) => {
        fresh.createObjectStore('operations', { keyPath: 'key' }).createIndex('seq', 'seq')
        fresh.createObjectStore('photos', { keyPath: 'id' }).createIndex('key', 'key')
        fresh.createObjectStore('cases')
        fresh.createObjectStore('kept')
      }
    })
    // A newer version of the app in another tab must be able to change the database.
    db.addEventListener('versionchange', () => db.close())
    return new SyncStore(db)
  }

  close(): void {
    this.#db.close()
  }

  operations(): Promise<StoredOperation[]> {
    return this.#db.getAllFromIndex('operations', 'seq')
  }

  /** Keeps an operation with its photos, all or nothing. @throws StorageFullError */
  async add(operation: StoredOperation, photos: readonly StoredPhoto[]): Promise<void> {
    try {
      const tx = this.#db.transaction(['operations', 'photos'], 'readwrite', { durability: 'strict' })
      await Promise.all([
        tx.objectStore('operations').put(operation),
        ...photos.map((photo) => tx.objectStore('photos').put(photo)),
        tx.done
      ])
    } catch (error) {
      if ((error as { name?: string }).name === 'QuotaExceededError') throw new StorageFullError('no space left on the device')
      throw error
    }
  }

  async put(operations: readonly StoredOperation[]): Promise<void> {
    const tx = this.#db.transaction('operations', 'readwrite')
    await Promise.all([...operations.map((o) => tx.store.put(o)), tx.done])
  }

  photosOf(key: string): Promise<StoredPhoto[]> {
    return this.#db.getAllFromIndex('photos', 'key', key)
  }

  async putPhoto(photo: StoredPhoto): Promise<void> {
    await this.#db.put('photos', photo)
  }

  /** Keeps that an operation is done: its photos are let go, and the case of a report is known by its key. */
  async finish(operation: StoredOperation, caseId: string | null): Promise<void> {
    const tx = this.#db.transaction(['operations', 'photos', 'cases'], 'readwrite')
    await Promise.all([
      tx.objectStore('operations').put(operation),
      ...operation.photoIds.map((id) => tx.objectStore('photos').delete(id)),
      ...(caseId === null ? [] : [tx.objectStore('cases').put(caseId, operation.key)]),
      tx.done
    ])
  }

  /** Lets an operation and its photos go. */
  async remove(operation: StoredOperation): Promise<void> {
    const tx = this.#db.transaction(['operations', 'photos'], 'readwrite')
    await Promise.all([
      tx.objectStore('operations').delete(operation.key),
      ...operation.photoIds.map((id) => tx.objectStore('photos').delete(id)),
      tx.done
    ])
  }

  caseOf(localId: string): Promise<string | undefined> {
    return this.#db.get('cases', localId)
  }

  async kept<T>(name: string): Promise<T | undefined> {
    return (await this.#db.get('kept', name)) as T | undefined
  }

  async keep(values: Record<string, unknown>): Promise<void> {
    const tx = this.#db.transaction('kept', 'readwrite')
    await Promise.all([...Object.entries(values).map(([name, value]) => tx.store.put(value, name)), tx.done])
  }
}
