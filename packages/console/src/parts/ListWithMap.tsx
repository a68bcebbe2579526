import { SplitPane } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'
import './list-with-map.css'

/** Height in px of the list above its map before the person moved the bar, and the room it may take. */
const LIST = { initial: 420, min: 160, max: 900 }

export interface ListWithMapProps {
  /** Key under which the sizes are remembered on this machine. */
  id: string
  /** Width of the list in px before the person moved the bar, and the room it may take. */
  initial: number
  min?: number
  max: number
  list: React.ReactNode
  /** The rows on a map under the list; without one the list has the whole height. */
  map?: React.ReactNode
  /** What is open, or what is said where nothing is. */
  card: React.ReactNode
  /** Takes the focus when the reader goes from the list to what is open. */
  pane?: React.Ref<HTMLElement>
  /** Closes what is open; null while nothing is. On a narrow screen what is open stands in the place of the list. */
  onBack: (() => void) | null
}

/** List, card and map of a desk: side by side, and one after the other on a telephone. */
export function ListWithMap({ id, initial, min = 420, max, list, map, card, pane, onBack }: ListWithMapProps) {
  const { t } = useTranslation()
  return (
    <div className={`list-with-map${onBack ? ' open' : ''}`}>
      <SplitPane
        id={id}
        initial={initial}
        min={min}
        max={max}
        first={map ? <SplitPane id={`${id}-map`} direction="col" {...LIST} first={list} second={map} /> : list}
        second={
          <section className="desk-case" ref={pane} tabIndex={-1}>
            {onBack ? (
              <button type="button" className="list-back" onClick={onBack}>
                {t('list.back')}
              </button>
            ) : null}
            {card}
          </section>
        }
      />
    </div>
  )
}
