import { durationPhrase, uiText } from '@chengyun/ui'

/** How long ago, as people say it. Instants in ms. */
export function agoText(at: number, now: number): string {
  const phrase = durationPhrase((now - at) / 1000)
  return uiText(phrase.key, phrase.values)
}
