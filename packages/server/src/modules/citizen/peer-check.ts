import type { PeerAbilities, PeerCheck } from '@chengyun/contract/public'
import { SYSTEM } from '../../platform/actor.ts'
import type { CaseEnv } from '../cases/index.ts'
import { keepAbilities, type ServiceSeen } from './commands/peers.ts'
import type { ServiceTable } from './domain/open311-services.ts'
import { isObject, textOf } from './domain/peer-document.ts'
import type { GeoReportClient } from './peer-client.ts'
import { PeerFailure } from './peer-http.ts'
import type { PeerRow } from './queries/peers.ts'

type Finding = PeerCheck['findings'][number]
const DAY_MS = 86_400_000

/** Reads what the server is and does, keeps it, and says it. Nothing is changed on the other side. */
export async function checkPeer(
  env: CaseEnv,
  client: GeoReportClient,
  peer: Pick<PeerRow, 'id' | 'baseUrl'>,
  ours: ServiceTable,
  now: Date
): Promise<PeerCheck> {
  const findings: Finding[] = []
  const ask = async (what: Finding['what'], work: () => Promise<string | null>): Promise<boolean> => {
    try {
      const detail = await work()
      findings.push({ what, state: detail === null ? 'missing' : 'ok', detail: detail ?? '' })
      return detail !== null
    } catch (error) {
      if (!(error instanceof PeerFailure)) throw error
      findings.push({ what, state: error.kind === 'refused' ? 'missing' : 'failed', detail: error.message })
      return false
    }
  }
  await ask('discovery', () => discoveryOf(client, peer.baseUrl))
  let services: ServiceSeen[] | null = null
  const served = await ask('services', async () => {
    services = seen(await servicesOf(client), ours)
    return `${services.length} 个服务项，${client.format.toUpperCase()}`
  })
  let sample: unknown[] = []
  const span = { start_date: new Date(now.getTime() - 89 * DAY_MS).toISOString(), end_date: now.toISOString() }
  const readable = await ask('requests', async () => {
    sample = await client.rows('requests', span)
    return `近 90 天 ${sample.length} 件`
  })
  const ids = (rows: readonly unknown[]): string => rows.map((r) => (isObject(r) ? textOf(r.service_request_id) : '')).join()
  const paging =
    readable &&
    sample.length > 1 &&
    (await ask('paging', async () => {
      const [first, second] = [
        await client.rows('requests', { ...span, page: '1', page_size: '1' }),
        await client.rows('requests', { ...span, page: '2', page_size: '1' })
      ]
      return first.length === 1 && second.length === 1 && ids(first) !== ids(second) ? 'page, page_size' : null
    }))
  const updatedAfter =
    readable &&
    sample.length > 0 &&
    (await ask('updatedAfter', async () => {
      const none = await client.rows('requests', { ...span, updated_after: new Date(now.getTime() + DAY_MS).toISOString() })
      return none.length === 0 ? 'updated_after' : null
    }))
  const day = { start_date: new Date(now.getTime() - 3_600_000).toISOString(), end_date: now.toISOString() }
  const updates = await ask('updates', async () => {
    await client.rows('servicerequestupdates', day, client.hasKey)
    return 'servicerequestupdates'
  })
  const ok = served && readable
  const few = sample.length
  const abilities: PeerAbilities = {
    format: ok ? client.format : null,
    services: services === null ? null : (services as ServiceSeen[]).length,
    updates: findings.at(-1)?.state === 'failed' ? null : updates,
    // Of a server without requests nothing can be told yet.
    updatedAfter: few > 0 ? updatedAfter : null,
    paging: few > 1 ? paging : null,
    checkedAt: now.toISOString()
  }
  await keepAbilities(env.db, SYSTEM, { id: peer.id, abilities, services: served ? services : null }, now)
  return { ok, abilities, findings }
}

/** JSON where it is spoken, else XML. */
async function servicesOf(client: GeoReportClient): Promise<unknown[]> {
  client.format = 'json'
  try {
    return await client.rows('services')
  } catch (error) {
    if (!(error instanceof PeerFailure) || (error.kind !== 'refused' && error.kind !== 'nonsense')) throw error
    client.format = 'xml'
    return client.rows('services').catch((second: unknown) => {
      // The words about the first are those of the address that was meant.
      throw second instanceof PeerFailure && second.status === 404 ? error : second
    })
  }
}

async function discoveryOf(client: GeoReportClient, baseUrl: string): Promise<string | null> {
  const base = new URL(baseUrl)
  const above = base.pathname.replace(/\/[^/]*$/, '')
  for (const address of [
    `${base.origin}${above}/discovery.json`,
    `${baseUrl}/discovery.json`,
    `${base.origin}${above}/discovery.xml`
  ]) {
    try {
      const [row] = await client.document(address)
      if (isObject(row) && ('endpoints' in row || 'changeset' in row)) return address
    } catch (error) {
      if (!(error instanceof PeerFailure) || error.kind === 'notSent' || error.kind === 'unsure') throw error
    }
  }
  return null
}

/** Services with a proposal of ours: the same code or the same name stands for the same classes. */
function seen(rows: readonly unknown[], ours: ServiceTable): ServiceSeen[] {
  const found = new Map<string, ServiceSeen>()
  const given = new Set<string>()
  for (const row of rows) {
    if (!isObject(row)) continue
    const serviceCode = textOf(row.service_code)?.slice(0, 120)
    if (serviceCode === undefined || found.has(serviceCode)) continue
    const serviceName = textOf(row.service_name)?.slice(0, 200) ?? null
    const own = ours.find(serviceCode) ?? ours.services.find((s) => s.name === serviceName || s.nameEn === serviceName)
    const push = own && !given.has(own.class) ? [own.class] : []
    if (own) given.add(own.class)
    found.set(serviceCode, {
      serviceCode,
      serviceName,
      group: textOf(row.group)?.slice(0, 120) ?? null,
      metadata: /^true$/i.test(textOf(row.metadata) ?? ''),
      class: own?.class ?? null,
      push
    })
  }
  return [...found.values()]
}
