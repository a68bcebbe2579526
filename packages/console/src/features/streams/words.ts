import type { StreamView } from '@chengyun/contract/streams'
import { formatNumber, type Language } from '@chengyun/ui'

/** The name of a stream in the person's language. */
export const streamName = (s: Pick<StreamView, 'name' | 'nameEn'>, language: Language): string =>
  language === 'en' && s.nameEn ? s.nameEn : s.name

/** The latest result of a stream as it is said; null where there is none to show. */
export function resultText(
  s: Pick<StreamView, 'kind' | 'decimals' | 'unit' | 'latest' | 'hidden' | 'categories'>,
  language: Language
): string | null {
  const { latest } = s
  if (!latest || s.hidden) return null
  if (s.kind === 'position' && latest.value !== null && latest.value2 !== undefined)
    return `${latest.value.toFixed(5)}, ${latest.value2.toFixed(5)}`
  if (latest.value !== null) return formatNumber(latest.value, s.decimals ?? undefined)
  const named = s.categories?.find((c) => c.value === latest.result)
  if (named) return named.name[language]
  return latest.result === undefined ? null : typeof latest.result === 'string' ? latest.result : JSON.stringify(latest.result)
}

/** The same with what was heard of it since. */
export function liveText(s: StreamView, last: { value: number | null } | undefined, language: Language): string | null {
  if (!s.latest || last === undefined || last.value === null) return resultText(s, language)
  return resultText({ ...s, latest: { ...s.latest, value: last.value } }, language)
}
