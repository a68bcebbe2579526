import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, link, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { type ByteRange, keyOf, type MediaStore, NotStoredError } from './store.ts'

/** Originals in a local folder. A name appears only when all its bytes are on the disk. */
export class DiskStore implements MediaStore {
  readonly kind = 'disk'
  readonly #root: string

  constructor(root: string) {
    this.#root = root
  }

  async put(sha256: string, path: string): Promise<void> {
    const target = this.#path(sha256)
    if ((await this.size(sha256)) === (await stat(path)).size) return
    const folder = dirname(target)
    await mkdir(folder, { recursive: true })
    const temporary = join(folder, `.${randomUUID()}`)
    try {
      // A second name for the same bytes costs nothing; across file systems it takes a copy.
      await link(path, temporary).catch(() => copyFile(path, temporary))
      await sync(temporary)
      await rename(temporary, target)
      // link() twice to the same bytes makes rename() a no-op that leaves the first name behind.
      await rm(temporary, { force: true })
      for (const made of [folder, dirname(folder), this.#root]) await sync(made)
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    }
  }

  async size(sha256: string): Promise<number | null> {
    try {
      return (await stat(this.#path(sha256))).size
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    }
  }

  async read(sha256: string, range?: ByteRange): Promise<Readable> {
    if ((await this.size(sha256)) === null) throw new NotStoredError(sha256)
    return createReadStream(this.#path(sha256), range)
  }

  async remove(sha256: string): Promise<void> {
    await rm(this.#path(sha256), { force: true })
  }

  #path(sha256: string): string {
    return join(this.#root, keyOf(sha256))
  }
}

/** Flush a file or folder. Some file systems cannot flush a folder; they are no worse off than before. */
async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } catch (error) {
    if (!['EINVAL', 'EPERM', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  } finally {
    await handle.close()
  }
}
