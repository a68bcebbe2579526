import type { Rule, RuleCheckView, RuleDryRunView, RuleList, RuleVersionList, RuleView } from '@chengyun/contract/alarms'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { Static } from 'typebox'
import { api, query } from './client.ts'

/** The page of a rule: its id has a stroke, which an address would take for a folder. */
export const ruleAddress = (id: string): string => `/admin/alarm-rules/${id.replace('/', '~')}`

export interface RuleFilters {
  type?: string
  pack?: string
}

/** Every rule there is, by pack and key. */
export function useRules(filters: RuleFilters = {}) {
  return useQuery({
    queryKey: ['alarm-rules', 'list', filters],
    queryFn: async ({ signal }) =>
      (await api<Static<typeof RuleList>>(`/alarms/rules${query({ ...filters })}`, { signal })).items,
    placeholderData: keepPreviousData
  })
}

/** One rule as it stands. */
export function useRule(id: string | null) {
  return useQuery({
    queryKey: ['alarm-rules', 'one', id],
    queryFn: ({ signal }) => api<RuleView>(`/alarms/rules/${id}`, { signal }),
    enabled: id !== null
  })
}

/** Its versions, newest first. */
export function useRuleVersions(id: string) {
  return useQuery({
    queryKey: ['alarm-rules', 'versions', id],
    queryFn: async ({ signal }) => (await api<Static<typeof RuleVersionList>>(`/alarms/rules/${id}/versions`, { signal })).items
  })
}

/** What is wrong with a draft, in sentences, and how many streams it would watch. */
export function useRuleCheck(draft: unknown, enabled: boolean) {
  return useQuery({
    enabled,
    queryKey: ['alarm-rules', 'check', draft],
    queryFn: ({ signal }) => api<Static<typeof RuleCheckView>>('/alarms/rules/check', { body: { rule: draft }, signal }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    gcTime: 60_000
  })
}

/** A dry run while it works and when it is done. */
export function useRuleDryRun(id: string | null) {
  return useQuery({
    queryKey: ['alarm-dry-run', id],
    queryFn: ({ signal }) => api<RuleDryRunView>(`/alarms/rules/dry-run/${id}`, { signal }),
    enabled: id !== null,
    refetchInterval: (q) => (q.state.data?.status === 'running' || !q.state.data ? 700 : false)
  })
}

/** A rule to begin with: one threshold on one stream. */
export const blankRule = (type: string, stream: string): Rule => ({
  key: '',
  name: { zh: '', en: '' },
  on: { type, stream },
  condition: { kind: 'threshold', levels: [{ level: 3, above: 0 }] },
  source: { standard: '' }
})
