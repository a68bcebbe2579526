import { antdTheme, Skeleton } from '@chengyun/ui'
import { MutationCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { App as AntApp, ConfigProvider } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import dayjs from 'dayjs'
import 'dayjs/locale/zh-cn'
import { lazy, Suspense, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Redirect, Route, Switch } from 'wouter'
import { ApiError } from './api/client.ts'
import { useMay, useSession, useSessionQuery } from './api/session.ts'
import { SignIn } from './features/signin/SignIn.tsx'
import { PageGuard } from './parts/PageGuard.tsx'
import { QueryError } from './parts/states.tsx'
import { PreferencesProvider, usePreferences } from './preferences.tsx'
import { Shell } from './shell/Shell.tsx'

const Desk = lazy(() => import('./features/desk/Desk.tsx'))
const Inbox = lazy(() => import('./features/alarms/Inbox.tsx'))
const AlarmStatistics = lazy(() => import('./features/alarms/Statistics.tsx'))
const AlarmDesk = lazy(() => import('./features/alarms/AlarmDesk.tsx'))
const Streams = lazy(() => import('./features/streams/Streams.tsx'))
const Overview = lazy(() => import('./features/overview/Overview.tsx'))
const MapPage = lazy(() => import('./features/map/MapPage.tsx'))
const Registers = lazy(() => import('./features/registry/Registers.tsx'))
const Plates = lazy(() => import('./features/registry/Plates.tsx'))
const Scenarios = lazy(() => import('./features/scenarios/Scenarios.tsx'))
const Wall = lazy(() => import('./features/scenarios/Wall.tsx'))
const Report = lazy(() => import('./features/report/Report.tsx'))
const Review = lazy(() => import('./features/review/Review.tsx'))
const FieldAdmin = lazy(() => import('./features/field-admin/FieldAdmin.tsx'))
const Admin = lazy(() => import('./features/admin/Admin.tsx'))
const Account = lazy(() => import('./features/account/Account.tsx'))
const Print = lazy(() => import('./features/print/Print.tsx'))

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (count, error) => count < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
      refetchOnWindowFocus: false
    }
  },
  mutationCache: new MutationCache({
    onError: (error) => {
      if (error instanceof ApiError && error.status === 401) client.setQueryData(['session'], null)
    }
  })
})
client.getQueryCache().subscribe((event) => {
  if (event.type !== 'updated' || event.action.type !== 'error') return
  const { error } = event.action
  if (error instanceof ApiError && error.status === 401) client.setQueryData(['session'], null)
})

/** The whole console. */
export function App() {
  return (
    <QueryClientProvider client={client}>
      <PreferencesProvider>
        <Themed />
      </PreferencesProvider>
    </QueryClientProvider>
  )
}

function Themed() {
  const { mode, language } = usePreferences()
  const { t } = useTranslation()
  const name = t('app.name')
  useEffect(() => {
    dayjs.locale(language === 'zh' ? 'zh-cn' : 'en')
    document.title = name
  }, [language, name])
  return (
    <ConfigProvider
      theme={antdTheme(mode)}
      locale={language === 'zh' ? zhCN : enUS}
      wave={{ disabled: true }}
      button={{ autoInsertSpace: false }}
    >
      <AntApp component={false} message={{ maxCount: 3 }}>
        <Gate />
      </AntApp>
    </ConfigProvider>
  )
}

function Gate() {
  const session = useSessionQuery()
  if (session.isPending) return <Skeleton lines={5} />
  if (session.isError) return <QueryError of={session} />
  if (!session.data) return <SignIn />
  return (
    <Suspense fallback={<Skeleton lines={10} />}>
      <PageGuard>
        <Switch>
          <Route path="/cases/:id/print">{(params) => <Print id={params.id} />}</Route>
          <Route path="/wall/:pack/:page">{(params) => <Wall pack={params.pack} page={params.page} />}</Route>
          <Route path="/registers/plates/:type">{(params) => <Plates type={params.type} />}</Route>
          <Route>
            <Shell>
              <Suspense fallback={<Skeleton lines={12} />}>
                <PageGuard>
                  <Pages />
                </PageGuard>
              </Suspense>
            </Shell>
          </Route>
        </Switch>
      </PageGuard>
    </Suspense>
  )
}

/** The first page of a person: the desk, or administration for those who read no case. */
function Home() {
  const { permissions } = useSession()
  return <Redirect to={permissions.includes('cases:read') ? '/cases' : '/admin'} replace />
}

const ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i
/** The id of an address; none where it is something else: next to alarms the server has questions of other names. */
const idOf = (text: string | undefined): string | null => (text !== undefined && ID.test(text) ? text : null)

function Pages() {
  const { pending } = useSession()
  const may = useMay()
  // Until the password is changed or the second factor bound the server answers nothing else.
  if (pending) return <Account />
  return (
    <Switch>
      <Route path="/">
        <Home />
      </Route>
      <Route path="/cases/:id?">{(params) => <Desk caseId={params.id ?? null} />}</Route>
      <Route path="/inbox">{may('alarms:read') ? <Inbox /> : <Home />}</Route>
      <Route path="/alarms/statistics">{may('alarms:read') ? <AlarmStatistics /> : <Home />}</Route>
      <Route path="/alarms/:id?">{(params) => (may('alarms:read') ? <AlarmDesk alarmId={idOf(params.id)} /> : <Home />)}</Route>
      <Route path="/streams/:view?/:type?/:code?">
        {(params) => <Streams view={params.view ?? null} type={params.type ?? null} code={params.code ?? null} />}
      </Route>
      <Route path="/overview">
        <Overview />
      </Route>
      <Route path="/map">
        <MapPage />
      </Route>
      <Route path="/registers/:view?/:type?/:code?">
        {(params) => <Registers view={params.view ?? null} type={params.type ?? null} code={params.code ?? null} />}
      </Route>
      <Route path="/scenarios/:pack/figures/:figure">
        {(params) => <Scenarios pack={params.pack} page={null} figure={params.figure} />}
      </Route>
      <Route path="/scenarios/:pack?/:page?">
        {(params) => <Scenarios pack={params.pack ?? null} page={params.page ?? null} figure={null} />}
      </Route>
      <Route path="/report">
        <Report />
      </Route>
      <Route path="/review">
        <Review />
      </Route>
      <Route path="/fieldwork/:tab?">{may('field:watch') ? <FieldAdmin /> : <Home />}</Route>
      <Route path="/account">
        <Account />
      </Route>
      <Route path="/admin/:page?/:tab?">{(params) => <Admin page={params.page ?? null} />}</Route>
      <Route>
        <Home />
      </Route>
    </Switch>
  )
}
