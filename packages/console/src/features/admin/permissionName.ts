import { OPERATIONS, type OperationKey } from '@chengyun/contract/cases'
import { useTranslation } from 'react-i18next'
import { usePreferences } from '../../preferences.tsx'

/** A permission in words: an act on cases by its name in the flow table, everything else by its own. */
export function usePermissionName(): (permission: string) => string {
  const { t } = useTranslation()
  const { language } = usePreferences()
  return (permission) => {
    const [domain, act = ''] = permission.split(':')
    const operation = domain === 'cases' ? OPERATIONS[act as OperationKey] : undefined
    return operation ? operation[language] : t(`permission.${permission}`, { defaultValue: permission })
  }
}
