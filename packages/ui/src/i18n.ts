import i18next from 'i18next'
import { initReactI18next, useTranslation } from 'react-i18next'
import { pluralForm } from './plural.ts'
import { en } from './strings/en.ts'
import { zh } from './strings/zh.ts'

/** Languages of the product; Chinese first. */
export type Language = 'zh' | 'en'

/** Flat key → text by language; a feature hands in its own. */
export type Strings = Record<Language, Record<string, string>>

const KEY = 'chengyun.language'

/** The language the person chose on this machine, else Chinese. */
export function storedLanguage(): Language {
  return localStorage.getItem(KEY) === 'en' ? 'en' : 'zh'
}

/** Starts i18next with the shared words (namespace `ui`) and the application's own (namespace `app`). */
export function startI18n(app: Strings, language: Language = storedLanguage()): typeof i18next {
  void i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'zh',
    ns: ['app', 'ui'],
    defaultNS: 'app',
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
    resources: { zh: { app: app.zh, ui: zh }, en: { app: app.en, ui: en } }
  })
  i18next.services.formatter?.add('plural', (value, lng, forms) => pluralForm(value, lng ?? language, forms))
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  return i18next
}

/** Switches every open view and remembers the choice. */
export function setLanguage(language: Language): void {
  localStorage.setItem(KEY, language)
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  void i18next.changeLanguage(language)
}

/** The words of this package. */
export function useUiText(): (key: keyof typeof zh, values?: Record<string, string | number>) => string {
  const { t } = useTranslation('ui')
  return (key, values) => t(key, values ?? {})
}

/** Words of this package outside React (charts, map). */
export function uiText(key: keyof typeof zh, values?: Record<string, string | number>): string {
  return i18next.t(key, { ns: 'ui', ...values })
}
