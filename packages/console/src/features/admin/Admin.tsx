import { Skeleton } from '@chengyun/ui'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, Redirect } from 'wouter'
import { useDemo } from '../../api/demo.ts'
import { useMay } from '../../api/session.ts'
import './admin.css'

/** Pages of administration: who may open each, and what draws it. */
const PAGES = [
  { key: 'units', group: 'org', permissions: ['org:read'], Page: lazy(() => import('./Units.tsx')) },
  { key: 'users', group: 'org', permissions: ['org:users', 'org:posts', 'org:read'], Page: lazy(() => import('./Users.tsx')) },
  { key: 'roles', group: 'org', permissions: ['org:roles'], Page: lazy(() => import('./Roles.tsx')) },
  { key: 'duty', group: 'org', permissions: ['org:duty', 'org:read'], Page: lazy(() => import('./Duty.tsx')) },
  { key: 'delegations', group: 'org', permissions: ['org:delegate'], Page: lazy(() => import('./Delegations.tsx')) },
  { key: 'classes', group: 'business', permissions: ['cases:config', 'cases:read'], Page: lazy(() => import('./Classes.tsx')) },
  { key: 'flow', group: 'business', permissions: ['cases:config', 'cases:read'], Page: lazy(() => import('./Flow.tsx')) },
  {
    key: 'calendar',
    group: 'business',
    permissions: ['cases:config', 'cases:read'],
    Page: lazy(() => import('./Calendars.tsx'))
  },
  { key: 'rules', group: 'business', permissions: ['dispatch:config', 'dispatch:read'], Page: lazy(() => import('./Rules.tsx')) },
  {
    key: 'grids',
    group: 'business',
    permissions: ['geo:config', 'org:posts'],
    Page: lazy(() => import('../grids/GridsPage.tsx'))
  },
  {
    key: 'packs',
    group: 'business',
    permissions: ['scenarios:config'],
    Page: lazy(() => import('../scenarios/packs/Packs.tsx'))
  },
  {
    key: 'alarm-rules',
    group: 'sensing',
    permissions: ['alarms:config', 'alarms:read'],
    Page: lazy(() => import('../rules/Rules.tsx'))
  },
  {
    key: 'alarm-responses',
    group: 'sensing',
    permissions: ['alarms:config'],
    Page: lazy(() => import('../rules/Responses.tsx'))
  },
  {
    key: 'alarm-suppressions',
    group: 'sensing',
    permissions: ['alarms:read'],
    Page: lazy(() => import('../rules/Suppressions.tsx'))
  },
  {
    key: 'alarm-actuation',
    group: 'sensing',
    permissions: ['alarms:read'],
    Page: lazy(() => import('../rules/Permits.tsx'))
  },
  {
    key: 'alarm-webhooks',
    group: 'sensing',
    permissions: ['alarms:config'],
    Page: lazy(() => import('../rules/Webhooks.tsx'))
  },
  {
    key: 'open311',
    group: 'public',
    permissions: ['public:config'],
    Page: lazy(() => import('../public-admin/Open311.tsx'))
  },
  {
    key: 'hotline',
    group: 'public',
    permissions: ['public:config'],
    Page: lazy(() => import('../public-admin/Hotline.tsx'))
  },
  {
    key: 'words',
    group: 'public',
    permissions: ['public:config'],
    Page: lazy(() => import('../public-admin/BlockedWords.tsx'))
  },
  { key: 'audit', group: 'system', permissions: ['audit:read'], Page: lazy(() => import('./Audit.tsx')) },
  { key: 'demo', group: 'system', permissions: [], Page: lazy(() => import('./Demo.tsx')) }
] as const

const GROUPS = ['org', 'business', 'sensing', 'public', 'system'] as const

/** Administration: a column of pages, the chosen one beside it. */
export default function Admin({ page }: { page: string | null }) {
  const { t } = useTranslation()
  const may = useMay()
  const demo = useDemo()
  const open = PAGES.filter((p) => (p.key === 'demo' ? demo.data?.canControl : p.permissions.some(may)))
  const chosen = open.find((p) => p.key === page)
  if (page === 'demo' && demo.isPending) return <Skeleton lines={8} />
  if (!chosen) return <Redirect to={open[0] ? `/admin/${open[0].key}` : '/account'} replace />
  return (
    <div className="admin">
      <nav aria-label={t('nav.admin')}>
        {GROUPS.map((group) => {
          const pages = open.filter((p) => p.group === group)
          return pages.length === 0 ? null : (
            <section key={group}>
              <h4>{t(`admin.group.${group}`)}</h4>
              {pages.map((p) => (
                <Link
                  key={p.key}
                  href={`/admin/${p.key}`}
                  className={p.key === page ? 'on' : ''}
                  aria-current={p.key === page ? 'page' : undefined}
                >
                  {t(`admin.${p.key}`)}
                </Link>
              ))}
            </section>
          )
        })}
      </nav>
      <div className="admin-page">
        <header>
          <h1>{t(`admin.${chosen.key}`)}</h1>
          <p>{t(`admin.${chosen.key}.hint`)}</p>
        </header>
        <Suspense fallback={<Skeleton lines={12} />}>
          <chosen.Page />
        </Suspense>
      </div>
    </div>
  )
}
