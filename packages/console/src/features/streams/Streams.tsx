import { EmptyState, Skeleton } from '@chengyun/ui'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, Redirect } from 'wouter'
import { useMay } from '../../api/session.ts'
import { useStreamStates } from '../../api/streams.ts'
import { useObserved, useTypeName } from './observed.ts'
import './streams.css'

const StreamsOverview = lazy(() => import('./StreamsOverview.tsx'))
const ThingTable = lazy(() => import('./ThingTable.tsx'))
const ThingPage = lazy(() => import('./ThingPage.tsx'))
const Devices = lazy(() => import('./Devices.tsx'))
const DevicePage = lazy(() => import('./DevicePage.tsx'))
const Provision = lazy(() => import('./Provision.tsx'))
const Mappings = lazy(() => import('./Mappings.tsx'))

export interface StreamsProps {
  view: string | null
  type: string | null
  code: string | null
}

/** What the city senses (感知): a column of registers with streams, devices and mappings; the chosen page beside it. */
export default function Streams({ view, type, code }: StreamsProps) {
  const { t } = useTranslation()
  const may = useMay()
  if (!may('streams:read')) return <EmptyState title={t('streams.notYours')} hint={t('streams.notYoursHint')} />
  return (
    <div className="streams">
      <Rail view={view} type={type} />
      <div className="streams-page">
        <Suspense fallback={<Skeleton lines={14} />}>
          <Page view={view} type={type} code={code} />
        </Suspense>
      </div>
    </div>
  )
}

function Page({ view, type, code }: StreamsProps) {
  const may = useMay()
  if (view === null) return <StreamsOverview />
  if (view === 'list' && type) return <ThingTable key={type} type={type} />
  if (view === 'thing' && type && code) return <ThingPage key={`${type} ${code}`} type={type} code={code} />
  if (view === 'devices') return type ? <DevicePage key={type} id={type} /> : <Devices />
  if (view === 'provision' && may('streams:config')) return <Provision />
  if (view === 'mappings' && may('streams:config')) return <Mappings open={type} />
  return <Redirect to="/streams" replace />
}

function Rail({ view, type }: { view: string | null; type: string | null }) {
  const { t } = useTranslation()
  const may = useMay()
  const observed = useObserved()
  const nameOf = useTypeName()
  const states = useStreamStates(observed)
  const link = (to: string, on: boolean, text: string, count?: React.ReactNode) => (
    <Link key={to} href={to} className={on ? 'on' : ''} aria-current={on ? 'page' : undefined}>
      <span>{text}</span>
      {count === undefined ? null : <b>{count}</b>}
    </Link>
  )
  return (
    <nav className="streams-rail" aria-label={t('streams.rail')}>
      {link('/streams', view === null, t('streams.overview'))}
      <h4>{t('streams.observed')}</h4>
      {observed.map((id) =>
        link(
          `/streams/list/${id}`,
          (view === 'list' || view === 'thing') && type === id,
          nameOf(id),
          states.rows.find((r) => r.type === id)?.total
        )
      )}
      <h4>{t('streams.access')}</h4>
      {link('/streams/devices', view === 'devices', t('streams.devices'))}
      {may('streams:config') ? (
        <>
          {link('/streams/provision', view === 'provision', t('streams.provision'))}
          {link('/streams/mappings', view === 'mappings', t('streams.mappings'))}
        </>
      ) : null}
    </nav>
  )
}
