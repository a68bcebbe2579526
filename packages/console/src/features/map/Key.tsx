import type { LegendRow } from '@chengyun/ui/map/sheet.ts'

const PATH = {
  dot: <circle cx="7" cy="7" r="4.5" />,
  ring: <circle cx="7" cy="7" r="3.6" fill="none" strokeWidth="2.2" />,
  square: <rect x="3" y="3" width="8" height="8" />,
  diamond: <path d="M7 1.800 12.200 7 7 12.200 1.800 7z" />,
  triangle: <path d="M7 2 12.200 11.500H1.800z" />,
  patch: <rect x="0.500" y="2.500" width="13" height="9" rx="1" />
}

/** A shape in a colour, as the map draws it. */
export function Key({ shape, color }: Pick<LegendRow, 'shape' | 'color'>) {
  return (
    <svg
      className="om-key"
      viewBox="0 0 14 14"
      width="14"
      height="14"
      aria-hidden="true"
      fill={color}
      stroke={shape === 'ring' ? color : 'none'}
    >
      {PATH[shape]}
    </svg>
  )
}
