import type { Limit } from '@chengyun/contract/cases'
import { OPERATIONS, type OperationKey } from '@chengyun/contract/cases'
import { useTranslation } from 'react-i18next'
import { usePreferences } from '../../preferences.tsx'

/** The name of an operation as the flow table has it. */
export function useOperationName(): (op: OperationKey) => string {
  const { language } = usePreferences()
  return (op) => OPERATIONS[op]?.[language] ?? op
}

/** A limit in words: 4 工作时. */
export function useLimitText(): (limit: Limit | null | undefined) => string {
  const { t } = useTranslation()
  return (limit) => (limit ? t(`limit.${limit.kind}`, { value: limit.value }) : '–')
}
