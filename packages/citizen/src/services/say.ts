import type { PublicItem, PublicListPage } from '@chengyun/contract/scenarios'
import { currentLanguage, t } from '../i18n.ts'

type Value = PublicItem['facts'][number]['value']
type Attribute = PublicListPage['attributes'][number]
type Stream = PublicListPage['streams'][number]

export interface SaidFact {
  text: string
  /** It is there, or it is not: shown with a sign, or set back. */
  isYes: boolean
  isNo: boolean
}

/** A fact in a few words: what is there by its name alone, everything else with its value. */
export function sayFact({ name, unit }: Pick<Attribute, 'name' | 'unit'>, value: Value): SaidFact {
  const label = name[currentLanguage()]
  const said = (words: string): SaidFact => ({ text: t('services.fact', { label, words }), isYes: false, isNo: false })
  if (value === true) return { text: label, isYes: true, isNo: false }
  if (value === false) return { text: t('services.without', { label }), isYes: false, isNo: true }
  if (Array.isArray(value)) return said(value.map((v) => v[currentLanguage()]).join(t('services.comma')))
  if (typeof value === 'object') return said(value[currentLanguage()])
  return said(unit ? `${value} ${unit}` : String(value))
}

/** What a stream says, with its unit; null where it says nothing. */
export function sayValue(
  { unit, decimals }: Pick<Stream, 'unit' | 'decimals'>,
  value: PublicItem['now'][number]['value']
): string | null {
  if (value === null) return null
  if (typeof value === 'boolean') return t(value ? 'services.yes' : 'services.no')
  if (typeof value === 'object') return value[currentLanguage()]
  const number = value.toFixed(decimals)
  return unit ? `${number} ${unit}` : number
}

/** The address that opens the way there in the map of the device: Apple's own, everywhere else `geo:` (RFC 5870). */
export function routeTo([lng, lat]: readonly [number, number], name: string, agent: string = navigator.userAgent): string {
  if (/iPhone|iPad|Macintosh/.test(agent)) return `https://maps.apple.com/?daddr=${lat},${lng}&q=${encodeURIComponent(name)}`
  return `geo:${lat},${lng}?q=${lat},${lng}(${encodeURIComponent(name)})`
}
