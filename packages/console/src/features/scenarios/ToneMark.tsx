import type { ToneName } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'
import './css/tone.css'

/** Shapes of the tones in a box of 10: the shape says it, the colour repeats it. */
const PATHS: Record<Exclude<ToneName, 'none'>, string> = {
  ok: 'M5 1a4 4 0 1 0 0 8 4 4 0 1 0 0-8Z',
  cold: 'M5 9.200.800 2h8.400Z',
  soon: 'M5 .8 9.200 8.500H.8Z',
  late: 'M1 1h8v8H1Z',
  grave: 'M3.200.2h3.600l3 3v3.600l-3 3H3.200l-3-3V3.200Z',
  silent: 'M5 1.500a3.500 3.500 0 1 0 0 7 3.500 3.500 0 1 0 0-7Z',
  absent: 'M1.500 4.300h7v1.400h-7Z'
}

/** The lamp of a tone with its word for those who do not see it. */
export function ToneMark({ tone }: { tone: ToneName }) {
  const { t } = useTranslation()
  if (tone === 'none') return null
  return (
    <svg className={`tone tone-${tone}`} viewBox="-0.500 -0.500 11 11" role="img" aria-label={t(`scenarios.tone.${tone}`)}>
      <path d={PATHS[tone]} />
    </svg>
  )
}
