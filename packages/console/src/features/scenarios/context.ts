import { createContext, use } from 'react'
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

/** A unit in the reader's language: symbols are the same everywhere, and 1 is none. */
export function useUnit(): (unit: string | { zh: string; en: string }) => string {
  const { language } = usePreferences()
  return (unit) => {
    const said = typeof unit === 'string' ? unit : unit[language]
    return said === '1' ? '' : said
  }
}
