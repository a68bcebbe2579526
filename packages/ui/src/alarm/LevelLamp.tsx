import { useUiText } from '../i18n.ts'
import { LEVEL_PATHS, type Level } from './levels.ts'

export interface LevelLampProps {
  level: Level
  /** With the word of the level beside the sign. */
  named?: boolean
  /** Over by now: the sign is hollow. */
  over?: boolean
}

/** The sign of an alarm's level. */
export function LevelLamp({ level, named = false, over = false }: LevelLampProps) {
  const text = useUiText()
  const word = text(`level.${level}`)
  const color = `var(--cy-level-${level})`
  return (
    <span className="cy-level" title={named ? undefined : word}>
      <svg viewBox="-1 -1 14 14" className="cy-level-sign" aria-hidden="true">
        <path
          d={LEVEL_PATHS[level]}
          fill={over ? 'none' : color}
          stroke={color}
          strokeWidth={over ? 1.8 : 0.6}
          strokeLinejoin="round"
        />
      </svg>
      <span className={named ? '' : 'cy-visually-hidden'}>{word}</span>
    </span>
  )
}
