import { useTemplates } from '../../api/streams.ts'
import { usePreferences } from '../../preferences.tsx'
import { useTypes } from '../registry/data.ts'

/** Registers whose things are observed, by their templates. */
export function useObserved(): string[] {
  const templates = useTemplates().data ?? []
  return [...new Set(templates.map((d) => d.type))].sort()
}

/** The name of a register in the person's language. */
export function useTypeName(): (type: string) => string {
  const { language } = usePreferences()
  const types = useTypes().data
  return (type) => types?.find((r) => r.id === type)?.declaration.name[language] ?? type
}
