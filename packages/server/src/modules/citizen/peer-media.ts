import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Actor } from '../../platform/actor.ts'
import { AppError } from '../../platform/errors.ts'
import { intakeFile } from '../media/index.ts'
import type { Exchange } from './peer-exchange.ts'
import { PeerFailure, type Reply, send } from './peer-http.ts'

const MOST_REDIRECTS = 3

/** A picture of a request becomes evidence, or why it was not fetched: a request is never kept back for its picture. */
export async function pictureOf(x: Exchange, actor: Actor, address: string): Promise<{ id: string } | { missed: string }> {
  let folder: string | undefined
  try {
    const reply = await fetchPicture(x, address)
    folder = await mkdtemp(join(tmpdir(), 'chengyun-peer-'))
    const path = join(folder, randomUUID())
    await writeFile(path, reply.body, { flag: 'wx', mode: 0o600 })
    const kept = await intakeFile(
      { db: x.env.db, settings: x.settings },
      actor,
      { path, fields: { phase: 'near' }, fileName: null },
      x.now
    )
    return { id: kept.id }
  } catch (error) {
    if (error instanceof PeerFailure) return { missed: error.message }
    if (error instanceof AppError && error.status < 500) return { missed: '不是可用的图片' }
    throw error
  } finally {
    if (folder) await rm(folder, { recursive: true, force: true })
  }
}

async function fetchPicture(x: Exchange, address: string): Promise<Reply> {
  let at = address
  for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
    if (!URL.canParse(at)) throw new PeerFailure('refused', '图片地址不是网址')
    const reply = await send(new URL(at), {
      headers: { accept: 'image/*' },
      timeoutMs: x.settings.CHENGYUN_PEER_TIMEOUT_MS,
      maxBytes: x.settings.CHENGYUN_PEER_MEDIA_MB * 1024 * 1024,
      allowPrivate: x.settings.CHENGYUN_PEER_PRIVATE
    })
    if (reply.status >= 300 && reply.status < 400 && reply.location !== undefined && URL.canParse(reply.location, at)) {
      at = new URL(reply.location, at).href
      continue
    }
    if (reply.status !== 200) throw new PeerFailure('refused', `HTTP ${reply.status}`)
    if (!/^image\//i.test(reply.type)) throw new PeerFailure('refused', `不是图片（${reply.type.slice(0, 60) || '未说明类型'}）`)
    return reply
  }
  throw new PeerFailure('refused', '转址次数过多')
}
