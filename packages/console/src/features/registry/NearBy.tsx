import type { NearList, TypeDetail } from '@chengyun/contract/registry'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { api, query } from '../../api/client.ts'
import { listAddress } from './address.ts'

/** Two of the same class within this distance are likely one, in metres. */
const SAME_M = 15

/** What stands in the register already close to a new place, so that nothing is recorded twice. */
export function NearBy({
  register,
  place: [lng, lat],
  kind
}: {
  register: TypeDetail
  place: [number, number]
  kind: string | null
}) {
  const { t } = useTranslation()
  const near = useQuery({
    queryKey: ['registry', 'near', register.id, lng, lat, kind],
    queryFn: ({ signal }) =>
      api<NearList>(`/registry/near${query({ lng, lat, type: register.id, class: kind, radiusM: SAME_M, limit: 5 })}`, { signal })
  })
  const rows = near.data?.items ?? []
  if (rows.length === 0) return null
  return (
    <section className="reg-near" role="status">
      <b>{t('registry.nearBy', { count: rows.length, m: SAME_M })}</b>
      <ul>
        {rows.map((r) => (
          <li key={r.id}>
            <Link href={listAddress(register.id, r.code)}>
              <code>{r.code}</code> {r.name || r.class?.name} {t('registry.metres', { m: Math.round(r.distanceM) })}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
