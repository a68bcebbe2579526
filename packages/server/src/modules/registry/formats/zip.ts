import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import yauzl from 'yauzl'
import { BrokenFile } from './types.ts'

/** What a zip may unpack to: more is a bomb, not a shapefile. */
const LIMIT = 8 * 2 ** 30

/** Names of the files in a zip. GBK names of old Windows programs are read as they are: only their ends matter. */
export async function zipNames(path: string): Promise<string[]> {
  const names: string[] = []
  await eachEntry(path, async (entry) => {
    names.push(entry.fileName)
  })
  return names
}

/** Unpacks the files `choose` names (a plain file name in `folder`, or null to leave out). Throws BrokenFile. */
export async function unzip(path: string, folder: string, choose: (name: string) => string | null): Promise<void> {
  let total = 0
  await eachEntry(path, async (entry, read) => {
    const name = choose(entry.fileName)
    if (name === null) return
    const counter = new Transform({
      transform(piece: Buffer, _encoding, done) {
        total += piece.length
        done(total > LIMIT ? new BrokenFile('the archive unpacks to more than 8 GB') : null, piece)
      }
    })
    await pipeline(await read(), counter, createWriteStream(join(folder, name)))
  })
}

function eachEntry(
  path: string,
  take: (entry: yauzl.Entry, read: () => Promise<NodeJS.ReadableStream>) => Promise<void>
): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => reject(error instanceof BrokenFile ? error : new BrokenFile(String(error)))
    yauzl.open(path, { lazyEntries: true }, (error, zip) => {
      if (error || !zip) return fail(error)
      zip.on('error', fail)
      zip.on('end', () => resolve())
      zip.on('entry', (entry: yauzl.Entry) => {
        const read = () =>
          new Promise<NodeJS.ReadableStream>((yes, no) => {
            zip.openReadStream(entry, (e, stream) => (e || !stream ? no(e) : yes(stream)))
          })
        take(entry, read).then(
          () => zip.readEntry(),
          (e: unknown) => {
            zip.close()
            fail(e)
          }
        )
      })
      zip.readEntry()
    })
  })
}
