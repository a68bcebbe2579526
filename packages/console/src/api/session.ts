import type { SessionView, SignInPage } from '@chengyun/contract/org'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ApiError, api, setCsrfToken } from './client.ts'

/** The session, or null when nobody is signed in. */
export function useSessionQuery() {
  return useQuery({
    queryKey: ['session'],
    queryFn: async () => {
      try {
        return enter(await api<SessionView>('/session'))
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) return null
        throw error
      }
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: 2
  })
}

function enter(session: SessionView): SessionView {
  setCsrfToken(session.csrfToken)
  return session
}

/** The session inside the shell, where there always is one. */
export function useSession(): SessionView {
  const session = useSessionQuery().data ?? last
  if (!session) throw new Error('useSession outside the signed-in shell')
  last = session
  return session
}

/** When a session ends, pages below the shell are drawn once more before they give way to the sign-in page. */
let last: SessionView | null = null

/** Whether the signed-in person holds a permission; the server decides again on every request. */
export function useMay(): (permission: string) => boolean {
  const { permissions } = useSession()
  return (permission) => (permissions as readonly string[]).includes(permission)
}

/** What the sign-in page may know before anyone is signed in. */
export function useSignInPage() {
  return useQuery({ queryKey: ['signin'], queryFn: () => api<SignInPage>('/sign-in'), staleTime: 60_000 })
}

/** Signing in and out; both forget everything that was read before. */
export function useSessionActs() {
  const client = useQueryClient()
  // The session itself stays: the page watches it.
  const forget = () => client.removeQueries({ predicate: (q) => !['session', 'signin', 'city'].includes(String(q.queryKey[0])) })
  return {
    signIn: async (input: { username: string; password: string; totp?: string }) => {
      const session = enter(await api<SessionView>('/session', { body: input }))
      forget()
      client.setQueryData(['session'], session)
    },
    signOut: async () => {
      await api('/session', { method: 'DELETE' })
      client.setQueryData(['session'], null)
      forget()
    }
  }
}
