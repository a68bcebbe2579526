import { useMemo } from 'react'
import { usePackPages } from '../../api/scenarios.ts'
import { useMay } from '../../api/session.ts'
import { usePreferences } from '../../preferences.tsx'

/** What the packs that are on are called, by their id. */
export function usePackNames(): ReadonlyMap<string, string> {
  const may = useMay()
  const { language } = usePreferences()
  const pages = usePackPages(may('scenarios:read')).data
  return useMemo(() => new Map((pages ?? []).map((p) => [p.pack, p.name[language]])), [pages, language])
}
