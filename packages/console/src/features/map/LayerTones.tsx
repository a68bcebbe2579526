import type { LayerView } from '@chengyun/contract/geo'
import { formatNumber, type ToneName } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'
import { usePreferences } from '../../preferences.tsx'
import { ToneMark } from '../scenarios/ToneMark.tsx'
import { useToneCounts } from './useStates.ts'

/** How many things of a layer stand how, in the words of the layer; what has no state is counted by what remains. */
export function LayerTones({ view }: { view: LayerView }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const isStated = view.live !== undefined && view.live.by !== 'plain' && view.state === 'ready'
  const counts = useToneCounts(view, isStated)
  if (!counts || !view.live) return null
  const { legend } = view.live
  const named = legend.map(({ tone, name }) => ({ tone, text: name[language] }))
  const rest = Object.keys(counts).filter((tone) => tone !== 'none' && !legend.some((x) => x.tone === tone))
  const told = Object.entries(counts).reduce((n, [tone, count]) => (tone === 'none' ? n : n + count), 0)
  const rows = [...named, ...rest.map((tone) => ({ tone, text: t(`scenarios.tone.${tone}`) }))]
    .map((row) => ({ ...row, count: counts[row.tone] ?? 0 }))
    .filter((row) => row.count > 0)
  if (view.count > told) rows.push({ tone: 'none', text: t('scenarios.tone.none'), count: view.count - told })
  return (
    <ul className="om-tones">
      {rows.map(({ tone, text, count }) => (
        <li key={tone}>
          <ToneMark tone={tone as ToneName} />
          {text} <b>{formatNumber(count)}</b>
        </li>
      ))}
    </ul>
  )
}
