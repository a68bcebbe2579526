import { createContext, use } from 'react'
import { useTranslation } from 'react-i18next'
import { usePreferences } from '../../preferences.tsx'

/** What every widget of a page may know of it. */
export interface PageFacts {
  pack: string
  page: string
  wall: boolean
  /** Register whose things can be chosen. */
  register: string | null
  /** Code of the chosen thing. */
  subject: string | null
  choose: (code: string | null) => void
}

export const PageContext = createContext<PageFacts | null>(null)

/** The page a widget stands on. */
export function usePage(): PageFacts {
  const page = use(PageContext)
  if (!page) throw new Error('a widget outside a page')
  return page
}

/** The text of the reader's language. */
export function useBoth(): (text: { zh: string; en: string }) => string {
  const { language } = usePreferences()
  return (text) => text[language]
}

/** A unit of a figure in the reader's language. Packs name counted things in Chinese; symbols are the same everywhere, and 1 is none. */
export function useUnit(): (unit: string) => string {
  const { t } = useTranslation()
  return (unit) => (unit === '1' ? '' : t(`scenarios.unit.${unit}`, { defaultValue: unit }))
}
