import { LRUCache } from 'lru-cache'
import type { Actor, Grant } from '../../../platform/actor.ts'
import type { Db } from '../../../platform/db.ts'
import { grantsSignal } from '../commands/org-command.ts'
import { flushLastSeen, type Sighting } from '../commands/session.ts'
import { type Keyring, tokenHash } from '../keyring.ts'
import { findSession, findToken, readVersion } from '../queries/identity.ts'
import type { OrgSettings } from '../settings.ts'
import { type Entry, holdsAdminRole, type Pending } from './entry.ts'
import { type Directory, loadDirectory, loadGrants } from './grants.ts'

/** A process looks this often whether another one changed the organisation or ended a session. */
const VERSION_CHECK_MS = 2_000
const SEEN_WRITE_MS = 60_000
const MAX_AGE_MS = 10 * 60_000
const MINUTE = 60_000

const byId = new Map<string, { cache: SessionCache; hash: string }>()

/** The actor of a session that is still alive in this process, or null; for open live screens. */
export function currentActor(sessionId: string): Actor | null {
  const at = byId.get(sessionId)
  if (!at) return null
  const entry = at.cache.peek(at.hash)
  const now = Date.now()
  return entry && entry.expiresAt > now && entry.lastSeen + entry.idleMs > now ? entry.actor : null
}

/**
 * Sessions and their grants in memory, so that a request costs no database round trip. Changes made in this process are seen at
 * once (`changed`), those of another within two seconds; last-seen times are written together once a minute.
 */
export class SessionCache {
  readonly #db: Db
  readonly #settings: OrgSettings
  readonly #keyring: Keyring
  readonly #entries: LRUCache<string, Entry>
  readonly #loading = new Map<string, Promise<Entry | undefined>>()
  readonly #seen = new Map<string, Sighting>()
  readonly #timer: NodeJS.Timeout
  #directory: Promise<Directory> | undefined
  #version = 0
  #checkedAt = 0
  #checking: Promise<void> | undefined

  constructor(db: Db, settings: OrgSettings, keyring: Keyring) {
    this.#db = db
    this.#settings = settings
    this.#keyring = keyring
    this.#entries = new LRUCache<string, Entry>({
      max: 20_000,
      dispose: (entry) => {
        if (entry.actor.sessionId && byId.get(entry.actor.sessionId)?.cache === this) byId.delete(entry.actor.sessionId)
      }
    })
    grantsSignal.on('changed', this.changed)
    grantsSignal.on('ended', this.forget)
    this.#timer = setInterval(() => void this.flush().catch(() => undefined), SEEN_WRITE_MS)
    this.#timer.unref()
  }

  peek(hash: string): Entry | undefined {
    return this.#entries.peek(hash)
  }

  /** The entry if it can be answered from memory: the way nearly every request goes. */
  hit(token: string, now: number): Entry | undefined {
    if (now - this.#checkedAt > VERSION_CHECK_MS) this.check(now).catch(() => undefined)
    const entry = this.#entries.get(tokenHash(token))
    if (
      !entry ||
      entry.version !== this.#version ||
      entry.until <= now ||
      entry.expiresAt <= now ||
      entry.lastSeen + entry.idleMs <= now
    )
      return undefined
    this.#see(entry, now)
    return entry
  }

  /** The entry, read from the database when memory cannot answer. Undefined when there is no such session any more. */
  async find(token: string, kind: Entry['kind'], now: number): Promise<Entry | undefined> {
    const hash = tokenHash(token)
    const running = this.#loading.get(hash)
    if (running) return running
    const load = this.#load(token, hash, kind, now).finally(() => this.#loading.delete(hash))
    this.#loading.set(hash, load)
    return load
  }

  async #load(token: string, hash: string, kind: Entry['kind'], now: number): Promise<Entry | undefined> {
    const known = this.#entries.peek(hash)
    if (this.#version === 0 || now - this.#checkedAt > VERSION_CHECK_MS) await this.check(now)
    const entry = kind === 'session' ? await this.#loadSession(token, hash, now) : await this.#loadToken(hash, now)
    if (!entry) {
      this.#entries.delete(hash)
      return undefined
    }
    entry.lastSeen = Math.max(entry.lastSeen, known?.lastSeen ?? 0)
    if (entry.lastSeen + entry.idleMs <= now) {
      this.#entries.delete(hash)
      return undefined
    }
    this.#entries.set(hash, entry)
    if (entry.actor.sessionId) byId.set(entry.actor.sessionId, { cache: this, hash })
    this.#see(entry, now)
    return entry
  }

  async #loadSession(token: string, hash: string, now: number): Promise<Entry | undefined> {
    const row = await findSession(this.#db, hash)
    if (!row || row.expires_at.getTime() <= now) return undefined
    const version = this.#version
    const { grants, until, unit } = await this.#grants(row.user_id, now)
    const admin = holdsAdminRole(grants)
    const pending = this.#pending(row, admin, now)
    const idle = this.#settings.CHENGYUN_ORG_IDLE_MINUTES
    return {
      kind: 'session',
      actor: this.#actor(row, pending === null ? grants : [], unit, row.id, row.ip),
      userId: row.user_id,
      demo: row.demo,
      mfa: row.mfa,
      totpEnrolled: row.totp_confirmed_at !== null,
      pending,
      grants,
      csrf: this.#keyring.csrf(token),
      idleMs: (admin ? Math.min(15, Math.max(1, Math.floor(idle / 2))) : idle) * MINUTE,
      expiresAt: row.expires_at.getTime(),
      lastSeen: row.last_seen_at.getTime(),
      until,
      version
    }
  }

  async #loadToken(hash: string, now: number): Promise<Entry | undefined> {
    const row = await findToken(this.#db, hash, new Date(now))
    if (!row) return undefined
    const version = this.#version
    const { grants: all, until, unit } = await this.#grants(row.user_id, now)
    const only = row.permissions && new Set<string>(row.permissions)
    const grants = only ? all.map((g) => ({ ...g, permissions: new Set([...g.permissions].filter((p) => only.has(p))) })) : all
    return {
      kind: 'token',
      actor: this.#actor({ user_id: row.user_id, username: row.username, name: row.name }, grants, unit, row.id, null),
      userId: row.user_id,
      demo: row.demo,
      mfa: false,
      totpEnrolled: false,
      pending: null,
      grants,
      csrf: '',
      idleMs: Number.MAX_SAFE_INTEGER / 2,
      expiresAt: row.expires_at.getTime(),
      lastSeen: now,
      until,
      version
    }
  }

  /** The organisation at the version this process knows; one read for all who wait. */
  async directory(): Promise<Directory> {
    const loading = this.#directory ?? loadDirectory(this.#db)
    this.#directory = loading
    try {
      return await loading
    } catch (error) {
      if (this.#directory === loading) this.#directory = undefined
      throw error
    }
  }

  async #grants(
    userId: string,
    now: number
  ): Promise<{ grants: Grant[]; until: number; unit: { id: string; name: string } | null }> {
    const directory = await this.directory()
    const { grants, until } = await loadGrants(this.#db, directory, userId, new Date(now))
    const main = grants[0] && directory.units.get(grants[0].unitId)
    return { grants, until: Math.min(until, now + MAX_AGE_MS), unit: main ? { id: main.id, name: main.name } : null }
  }

  #actor(
    who: { user_id: string; username: string; name: string },
    grants: readonly Grant[],
    unit: { id: string; name: string } | null,
    sessionId: string,
    ip: string | null
  ): Actor {
    return {
      id: who.user_id,
      name: who.name,
      username: who.username,
      unitId: unit?.id ?? null,
      unitName: unit?.name ?? null,
      grants,
      sessionId,
      ip
    }
  }

  #pending(
    row: {
      must_change: boolean
      password_changed_at: Date | null
      password_hash: string | null
      totp_confirmed_at: Date | null
      demo: boolean
    },
    admin: boolean,
    now: number
  ): Pending {
    if (row.must_change) return 'password'
    const days = this.#settings.CHENGYUN_ORG_PASSWORD_DAYS
    if (
      !row.demo &&
      row.password_hash !== null &&
      days > 0 &&
      row.password_changed_at &&
      now - row.password_changed_at.getTime() > days * 86_400_000
    )
      return 'password'
    const demanded = this.#settings.CHENGYUN_ORG_TOTP === 'all' || (this.#settings.CHENGYUN_ORG_TOTP === 'admins' && admin)
    // A person who comes through single sign-on has no password here: the second factor is the provider's business.
    if (demanded && !row.demo && row.password_hash !== null && row.totp_confirmed_at === null) return 'totp'
    return null
  }

  #see(entry: Entry, now: number): void {
    if (now - entry.lastSeen < 1000) return
    entry.lastSeen = now
    if (entry.actor.sessionId)
      this.#seen.set(entry.actor.sessionId, { id: entry.actor.sessionId, kind: entry.kind, at: new Date(now) })
  }

  /** Something of the organisation changed in this process: grants are read again at the next request. */
  readonly changed = (): void => {
    this.#version += 1
    this.#checkedAt = 0
    this.#directory = undefined
  }

  /** A session ended in this process. */
  readonly forget = (sessionId: string): void => {
    const at = byId.get(sessionId)
    if (at?.cache === this) this.#entries.delete(at.hash)
    this.#seen.delete(sessionId)
  }

  /** Forget everything that is in memory. */
  clear(): void {
    this.#entries.clear()
    this.#seen.clear()
    this.changed()
  }

  /** Look whether another process changed something. */
  check(now: number): Promise<void> {
    this.#checking ??= this.#check(now).finally(() => {
      this.#checking = undefined
    })
    return this.#checking
  }

  async #check(now: number): Promise<void> {
    const since = new Date(Math.max(this.#checkedAt, now - 60 * MINUTE) - 10_000)
    this.#checkedAt = now
    const { version, ended } = await readVersion(this.#db, since)
    if (version !== this.#version) {
      this.#version = version
      this.#directory = undefined
    }
    for (const id of ended) this.forget(id)
  }

  /** Write the last-seen times that gathered. */
  async flush(): Promise<void> {
    const seen = [...this.#seen.values()]
    this.#seen.clear()
    await flushLastSeen(this.#db, seen)
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    grantsSignal.off('changed', this.changed)
    grantsSignal.off('ended', this.forget)
    await this.flush().catch(() => undefined)
    for (const [id, at] of byId) if (at.cache === this) byId.delete(id)
  }
}
