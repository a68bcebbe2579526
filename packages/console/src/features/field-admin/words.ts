import type { StaffView } from '@chengyun/contract/field'
import { durationPhrase, useUiText } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'
import type { Attention } from './presence.ts'

/** Words about people on shift: their grids, what stands out, how wrong a clock is. */
export function useWords() {
  const { t } = useTranslation()
  const text = useUiText()
  const duration = (seconds: number): string => {
    const { key, values } = durationPhrase(seconds)
    return text(key, values)
  }
  return {
    gridText: (names: readonly string[]): string =>
      names.length === 0
        ? '–'
        : names.length > 2
          ? t('fieldAdmin.gridsMore', { names: names.slice(0, 2).join('、'), n: names.length })
          : names.join('、'),
    attentionText: (a: Attention, s: StaffView): string =>
      a === 'still' ? t('fieldAdmin.is.still', { for: duration(s.stillS) }) : t(`fieldAdmin.is.${a}`),
    driftText: (ms: number): string => t(ms > 0 ? 'fieldAdmin.fast' : 'fieldAdmin.slow', { by: duration(Math.abs(ms) / 1000) })
  }
}
