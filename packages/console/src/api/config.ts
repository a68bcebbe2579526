import type { CaseView, Limit, StandardRef } from '@chengyun/contract/cases'
import type { ResolveView } from '@chengyun/contract/dispatch'
import type { UserView } from '@chengyun/contract/org'
import { useQuery } from '@tanstack/react-query'
import type { Static } from 'typebox'
import { api, query } from './client.ts'

export interface ClassItem {
  standardRef: StandardRef
  kind: 'component' | 'matter'
  code: string
  majorCode: string
  majorName: string
  name: string
  nameEn: string
  active: boolean
  local: boolean
  selfHandle: boolean
  remoteCheck: boolean
}

export interface ConditionItem {
  id: string
  standardRef: StandardRef
  kind: 'component' | 'matter'
  code: string
  condition: string
  closeCondition: string
  limits: { regionClass?: string; mode?: string; kind: Limit['kind']; value: number }[]
  isDefault: boolean
  active: boolean
}

/** The class table in force. */
export function useClasses(enabled = true) {
  return useQuery({
    enabled,
    queryKey: ['classes'],
    queryFn: ({ signal }) => api<{ classes: ClassItem[] }>('/cases/config/classes', { signal }),
    staleTime: 600_000
  })
}

/** Conditions of a class for registering and closing, with their limits. */
export function useConditions(of: { standardRef: string; kind: string; classCode: string; district?: string | null } | null) {
  return useQuery({
    queryKey: ['conditions', of],
    queryFn: ({ signal }) =>
      api<{ conditions: (ConditionItem & { limit: Limit })[] }>(
        `/cases/config/conditions${query({ standardRef: of?.standardRef, kind: of?.kind, code: of?.classCode, district: of?.district })}`,
        { signal }
      ),
    enabled: of !== null,
    staleTime: 60_000
  })
}

/** Who is responsible for a case by the rules in force: one unit, or the candidates the dispatcher chooses from. */
export function useResponsible(view: CaseView | null) {
  return useQuery({
    queryKey: ['responsible', view?.id, view?.version],
    queryFn: ({ signal }) =>
      api<Static<typeof ResolveView>>(
        `/dispatch/resolve${query({
          standardRef: view?.standardRef,
          kind: view?.kind,
          classCode: view?.classCode,
          districtCode: view?.districtCode,
          streetCode: view?.streetCode,
          gridCode: view?.gridCode,
          componentId: view?.componentId
        })}`,
        { signal }
      ),
    enabled: view !== null,
    retry: false
  })
}

/** People by role and unit. */
export function usePeople(filter: { role?: string; unitId?: string; below?: boolean; q?: string; limit: number }) {
  return useQuery({
    queryKey: ['people', filter],
    queryFn: async ({ signal }) => {
      const page = await api<{ items: UserView[] }>(`/org/users${query({ status: 'active', ...filter })}`, { signal })
      return {
        items: page.items.map((u) => ({
          id: u.id,
          name: u.name,
          unitName: u.posts.find((p) => p.role === filter.role)?.unitName ?? '',
          unitId: u.posts.find((p) => p.role === filter.role)?.unitId
        }))
      }
    }
  })
}

/** Whom a unit may assign to, least busy first. */
export function useHandlers(unitId: string | null) {
  return useQuery({
    queryKey: ['handlers', unitId],
    queryFn: ({ signal }) =>
      api<{ handlers: { id: string; name: string; unitName: string; openCases: number }[] }>(
        `/cases/handlers${query({ unit: unitId })}`,
        { signal }
      ),
    enabled: unitId !== null
  })
}
