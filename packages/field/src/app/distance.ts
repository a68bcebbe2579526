import { useTranslation } from 'react-i18next'
import { distanceM, type Place } from '../map/project.ts'

/** Distances in words; `fine` to the metre below 50 m, otherwise to ten. */
export function useMetres(): (m: number, fine?: boolean) => string {
  const { t } = useTranslation()
  return (m, fine = false) => {
    if (m >= 1000) return t('app.kilometres', { n: (m / 1000).toFixed(1) })
    return t('app.metres', { n: fine && m < 50 ? Math.round(m) : Math.round(m / 10) * 10 || 10 })
  }
}

/** How far a place is from here, in words; null while the phone does not know where it is. */
export function useDistance(me: Place | null, place: Place): string | null {
  const words = useMetres()
  return me ? words(distanceM(me, place)) : null
}
