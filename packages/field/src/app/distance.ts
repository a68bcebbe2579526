import { useTranslation } from 'react-i18next'
import { distanceM, type Place } from '../map/project.ts'

/** How far a place is from here, in words; null while the phone does not know where it is. */
export function useDistance(me: Place | null, place: Place): string | null {
  const { t } = useTranslation()
  if (!me) return null
  const m = distanceM(me, place)
  return m < 1000 ? t('app.metres', { n: Math.round(m / 10) * 10 || 10 }) : t('app.kilometres', { n: (m / 1000).toFixed(1) })
}
