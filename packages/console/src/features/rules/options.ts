import { useMemo } from 'react'
import { useTemplates } from '../../api/streams.ts'
import { usePreferences } from '../../preferences.tsx'
import { useTypes } from '../registry/data.ts'
import type { Option } from './slot.tsx'

/** Registers by name. */
export function useTypeOptions(): Option[] {
  const { language } = usePreferences()
  return (useTypes().data ?? []).map((r) => ({ value: r.id, label: r.declaration.name[language] }))
}

/** Streams that things of a register can have. */
export function useStreamOptions(type: string): Option[] {
  const { language } = usePreferences()
  const templates = useTemplates().data
  return useMemo(
    () =>
      (templates ?? [])
        .filter((d) => d.type === type)
        .map((d) => {
          const name = (d.declaration as { name?: { zh: string; en: string } }).name
          return { value: d.key, label: name ? `${name[language]} ${d.key}` : d.key }
        }),
    [templates, type, language]
  )
}
