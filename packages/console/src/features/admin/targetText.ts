import { useTranslation } from 'react-i18next'
import { useDistricts, useUnits } from '../../api/reference.ts'

/** A symbolic target in words: the street's station, the unit of a kind that every district has. */
export function useTargetText(): (target: string) => string {
  const { t } = useTranslation()
  const units = useUnits({ limit: 1000 })
  const districts = useDistricts()
  return (target) => {
    if (target === 'street') return t('rules.target.street')
    if (!target.startsWith('district:')) {
      const unitKey = target.replace(/^unit:/, '')
      return units.data?.items.find((u) => u.key === unitKey)?.name ?? unitKey
    }
    const key = target.slice('district:'.length)
    const one = units.data?.items.find((u) => u.key.startsWith(`${key}.`))
    const district = districts.find((d) => d.code === one?.districtCode)
    return t('rules.target.district', { name: one && district ? one.name.replace(district.name, '') : key })
  }
}
