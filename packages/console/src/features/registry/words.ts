import type { RegisterDeclaration } from '@chengyun/contract/registry'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { usePreferences } from '../../preferences.tsx'
import { attributeOf, type ValueWords } from './value.ts'

/** Fields every item has; their names stand in the strings. */
const OWN = new Set([
  'code',
  'class',
  'name',
  'status',
  'place',
  'grid',
  'geometry',
  'address',
  'owner',
  'maintainer',
  'authority',
  'updatedAt',
  'createdAt'
])

/** Words that values need. */
export function useValueWords(): ValueWords {
  const { t } = useTranslation()
  return useMemo(
    () => ({
      yes: t('registry.yes'),
      no: t('registry.no'),
      comma: t('registry.comma'),
      none: t('registry.none'),
      shape: (kind, corners) => t('registry.shape', { kind: t(`registry.geometry.${kind}`, { defaultValue: kind }), corners })
    }),
    [t]
  )
}

/** The name of a field of an item: its own, an attribute, or a relation. */
export function useFieldName(): (d: RegisterDeclaration, field: string) => string {
  const { t } = useTranslation()
  const { language } = usePreferences()
  return (d, field) => {
    const bare = field.replace(/^(attributes|relations|rel|\$rel)\./, '').replace('$shape', 'geometry')
    if (OWN.has(bare)) return t(`registry.field.${bare}`)
    const named = attributeOf(d, bare) ?? d.relations?.find((r) => r.key === bare)
    return named?.name[language] ?? bare
  }
}
