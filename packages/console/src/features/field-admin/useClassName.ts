import { useClasses } from '../../api/config.ts'
import { usePreferences } from '../../preferences.tsx'

/** The name of a class of components; its code while the table is not there. */
export function useClassName(): (code: string | null) => string {
  const classes = useClasses().data?.classes
  const { language } = usePreferences()
  return (code) => {
    if (code === null) return ''
    const found = classes?.find((c) => c.kind === 'component' && c.code === code)
    return found ? (language === 'en' && found.nameEn ? found.nameEn : found.name) : code
  }
}
