import { useEffect } from 'react'
import { useRoute } from './app/route.ts'
import { checkSession, learnTimeZone, useSession } from './app/session.ts'
import { useSaid } from './app/toast.ts'
import { WorkProvider } from './app/WorkProvider.tsx'
import { CasePage } from './features/cases/CasePage.tsx'
import { Component } from './features/component/Component.tsx'
import { Home } from './features/home/Home.tsx'
import { Me } from './features/me/Me.tsx'
import { Report } from './features/report/Report.tsx'
import { Shift } from './features/shift/Shift.tsx'
import { SignIn } from './features/signin/SignIn.tsx'
import { Sync } from './features/sync/Sync.tsx'

/** The app: sign-in while nobody is known on this phone, else its pages, with or without a network. */
export function App() {
  const { person } = useSession()
  const { page } = useRoute()
  useEffect(() => {
    void checkSession()
    void learnTimeZone()
    const again = () => void checkSession()
    addEventListener('online', again)
    return () => removeEventListener('online', again)
  }, [])
  if (!person || page === 'sign-in') return <SignIn />
  return (
    <WorkProvider key={person.user.id} person={person}>
      <Page />
      <Said />
    </WorkProvider>
  )
}

function Page() {
  const { page, id } = useRoute()
  if (page === 'case' && id) return <CasePage key={id} id={id} />
  if (page === 'report') return <Report />
  if (page === 'component') return <Component />
  if (page === 'shift') return <Shift />
  if (page === 'sync') return <Sync />
  if (page === 'me') return <Me />
  return <Home />
}

function Said() {
  const said = useSaid()
  return said ? (
    <div className="f-toast" role="status">
      <span>{said}</span>
    </div>
  ) : null
}
