import { applyTokens, type Language, setLanguage, storedLanguage, type ThemeMode } from '@chengyun/ui'
import { createContext, use, useLayoutEffect, useState } from 'react'

interface Preferences {
  mode: ThemeMode
  language: Language
  setMode(mode: ThemeMode): void
  setLanguage(language: Language): void
}

const KEY = 'chengyun.theme'
const Context = createContext<Preferences | null>(null)

function storedMode(): ThemeMode {
  const stored = localStorage.getItem(KEY)
  if (stored === 'light' || stored === 'dark') return stored
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
}

/** Light or dark and the language, remembered on this machine. */
export function PreferencesProvider({ children }: { children: React.ReactNode }) {
  const [mode, setMode] = useState(storedMode)
  const [language, setLang] = useState(storedLanguage)
  useLayoutEffect(() => applyTokens(mode), [mode])
  const value: Preferences = {
    mode,
    language,
    setMode: (m) => {
      localStorage.setItem(KEY, m)
      setMode(m)
    },
    setLanguage: (l) => {
      setLanguage(l)
      setLang(l)
    }
  }
  return <Context value={value}>{children}</Context>
}

/** Everything within in another mode than the person's own, as a wall is. */
export function Dressed({ mode, children }: { mode: ThemeMode; children: React.ReactNode }) {
  return <Context value={{ ...usePreferences(), mode }}>{children}</Context>
}

/** The person's preferences. */
export function usePreferences(): Preferences {
  const value = use(Context)
  if (!value) throw new Error('usePreferences outside its provider')
  return value
}
