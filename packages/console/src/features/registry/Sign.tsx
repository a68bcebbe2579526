import type { RegisterDeclaration } from '@chengyun/contract/registry'
import { onSurface } from '@chengyun/ui/map/palette.ts'
import { usePreferences } from '../../preferences.tsx'

const SHAPES: Record<RegisterDeclaration['symbol']['shape'], React.ReactNode> = {
  dot: <circle cx="6" cy="6" r="4.6" />,
  ring: <circle cx="6" cy="6" r="3.8" fill="none" strokeWidth="2.4" stroke="currentColor" />,
  square: <rect x="1.6" y="1.6" width="8.8" height="8.8" rx="1" />,
  diamond: <path d="M6 .6 11.400 6 6 11.400.6 6Z" />,
  triangle: <path d="M6 1 11.200 10.600H.8Z" />
}

/** The symbol an item of a register has on the map. */
export function Sign({ symbol }: { symbol: RegisterDeclaration['symbol'] }) {
  const { mode } = usePreferences()
  const color = onSurface(mode, symbol.color)
  return (
    <svg className="reg-symbol" viewBox="0 0 12 12" aria-hidden="true" style={{ color, fill: color }}>
      {SHAPES[symbol.shape]}
    </svg>
  )
}
