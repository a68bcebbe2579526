import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { BatchCreate, BatchFileEdit, BatchView } from '@chengyun/contract/registry'
import { offerClasses } from '../../modules/cases/index.ts'
import {
  addBatchFile,
  createBatch,
  editBatchFile,
  findType,
  findUnfinishedBatch,
  receive,
  rejectsCsv,
  releaseBatch,
  runBatch,
  startBatch,
  viewBatch
} from '../../modules/registry/index.ts'
import { type Actor, SYSTEM } from '../../platform/actor.ts'
import type { Db } from '../../platform/db.ts'
import { type Account, openServer, refusal, unreachable } from '../server.ts'
import { sendFile } from './send-file.ts'

/** A fault of the call, for the person at the terminal. */
export class Refused extends Error {}

export type Watch = (view: Pick<BatchView, 'progress'>) => void

/** The way to a batch: the database itself, or a running server. */
export interface Gate {
  /** A batch of the same file that broke off; null when there is none. */
  unfinished(type: string, file: string): Promise<BatchView | null>
  open(input: BatchCreate, file: string): Promise<BatchView>
  edit(id: string, edit: BatchFileEdit): Promise<BatchView>
  check(id: string, watch: Watch): Promise<BatchView>
  publish(id: string, body: { note?: string; despite?: boolean }, watch: Watch): Promise<BatchView>
  rejects(id: string, path: string): Promise<void>
}

const OPERATOR: Actor = { ...SYSTEM, name: '命令行', username: 'command-line' }
const POLL_MS = 300
const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))

async function hashOf(path: string): Promise<Buffer> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(piece as Buffer)
  return hash.digest()
}

/** Works on the database in this process; the file is read where it lies. */
export async function directGate(db: Db): Promise<Gate> {
  await offerClasses(db)
  const view = (id: string) => viewBatch(db, OPERATOR, id)
  let hash: Buffer | null = null
  const run = async (id: string, watch: Watch): Promise<BatchView> => {
    const ours = await runBatch(db, id, {
      onProgress: ({ phase = 'reading', rows = 0, share = 0, rowsPerS = 0, etaS = null }) =>
        watch({ progress: { phase, rows, share, rowsPerS, etaS } })
    })
    // A server that runs beside may have been quicker: then it does the work.
    for (;;) {
      const now = await view(id)
      if (ours || now.progress === null) return now
      watch(now)
      await sleep(POLL_MS)
    }
  }
  return {
    async unfinished(type, file) {
      hash = await hashOf(file)
      const found = await findUnfinishedBatch(db, type, hash)
      return found ? view(found.id) : null
    },
    async open(input, file) {
      const type = await findType(db, input.type)
      if (!type) throw new Refused(`there is no register ${input.type}`)
      const path = resolve(file)
      const kept = { path, sizeBytes: (await stat(path)).size, hash: hash ?? (await hashOf(path)) }
      const received = await receive(db, type.declaration, kept, basename(file))
      const { id } = await createBatch(db, OPERATOR, input)
      await addBatchFile(db, OPERATOR, { id, file: received })
      return view(id)
    },
    async edit(id, edit) {
      const file = (await view(id)).files[0]
      if (edit.layer !== undefined || (edit.encoding !== undefined && edit.encoding !== file?.encoding))
        throw new Refused('--layer and --encoding need a server (--url)')
      await editBatchFile(db, OPERATOR, { id, no: 1, edit, facts: null })
      return view(id)
    },
    async check(id, watch) {
      if ((await view(id)).progress === null) await startBatch(db, OPERATOR, { id })
      return run(id, watch)
    },
    async publish(id, body, watch) {
      await releaseBatch(db, OPERATOR, { id, ...body })
      return run(id, watch)
    },
    rejects: async (id, path) => pipeline(rejectsCsv(db, id, false), createWriteStream(path))
  }
}

/** Works through a running server. Throws AppError with what the server says. */
export async function serverGate(url: string, account: Account): Promise<Gate> {
  const { base, headers, call } = await openServer(url, account)
  const view = async (method: string, path: string, body?: object): Promise<BatchView> =>
    (await (await call(method, `/registry/batches${path}`, body)).json()) as BatchView
  const through = async (begun: BatchView, watch: Watch): Promise<BatchView> => {
    for (let now = begun; ; now = await view('GET', `/${begun.id}`)) {
      if (now.progress === null) return now
      watch(now)
      await sleep(POLL_MS)
    }
  }
  return {
    unfinished: () => Promise.resolve(null),
    async open(input, file) {
      const { id } = await view('POST', '', input)
      const { status, text } = await sendFile(`${base}/api/registry/batches/${id}/files`, headers, file).catch(unreachable(base))
      if (status !== 201) throw refusal(status, text)
      return JSON.parse(text) as BatchView
    },
    edit: (id, edit) => view('PUT', `/${id}/files/1`, edit),
    check: async (id, watch) => through(await view('POST', `/${id}/check`), watch),
    publish: async (id, body, watch) => through(await view('POST', `/${id}/publish`, body), watch),
    async rejects(id, path) {
      const { body } = await call('GET', `/registry/batches/${id}/rejects.csv`, undefined, 'zh')
      if (body) await pipeline(Readable.fromWeb(body as never), createWriteStream(path))
    }
  }
}
