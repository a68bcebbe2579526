import { EmptyState, Skeleton } from '@chengyun/ui'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { Redirect } from 'wouter'
import { useMay } from '../../api/session.ts'
import { Rail } from './Rail.tsx'
import '../desk/desk.css'
import './registry.css'

const Overview = lazy(() => import('./Overview.tsx'))
const ItemDesk = lazy(() => import('./ItemDesk.tsx'))
const NewItem = lazy(() => import('./NewItem.tsx'))
const Batches = lazy(() => import('./Batches.tsx'))
const BatchDesk = lazy(() => import('./BatchPage.tsx'))
const Declare = lazy(() => import('./declare/Declare.tsx'))
const DeclareList = lazy(() => import('./declare/DeclareList.tsx'))
const Requests = lazy(() => import('./Requests.tsx'))

export interface RegistersProps {
  view: string | null
  type: string | null
  code: string | null
}

/** The registers (台账): a column of them all, the chosen page beside it. */
export default function Registers({ view, type, code }: RegistersProps) {
  const { t } = useTranslation()
  const may = useMay()
  if (!may('registry:read')) return <EmptyState title={t('registry.notYours')} hint={t('registry.notYoursHint')} />
  return (
    <div className="reg">
      <Rail view={view} type={type} />
      <Suspense fallback={<Skeleton lines={14} />}>
        <Page view={view} type={type} code={code} />
      </Suspense>
    </div>
  )
}

function Page({ view, type, code }: RegistersProps) {
  if (view === null) return <Overview />
  if (view === 'list' && type) return <ItemDesk key={type} type={type} code={code} />
  if (view === 'new' && type) return <NewItem key={type} type={type} />
  if (view === 'batches') return type ? <BatchDesk key={type} id={type} /> : <Batches />
  if (view === 'declare') return type ? <Declare key={type} type={type} /> : <DeclareList />
  if (view === 'requests') return <Requests id={type} />
  return <Redirect to="/registers" replace />
}
