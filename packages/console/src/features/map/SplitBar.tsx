import type { LayerView } from '@chengyun/contract/geo'
import { formatDateTime } from '@chengyun/ui'
import { Segmented, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { usePreferences } from '../../preferences.tsx'
import { Icon } from './icons.tsx'
import type { Split } from './state.ts'

export type SideOf = 'left' | 'right'

export interface SplitBarProps {
  split: Split
  layers: readonly LayerView[]
  /** The moment of the left side. */
  at: string | null
  /** Which side the time bar moves. */
  side: SideOf
  onSide: (side: SideOf) => void
  onSplit: (split: Split | null) => void
}

/** What the two sides of the map show. */
export function SplitBar({ split, layers, at, side, onSide, onSplit }: SplitBarProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const moment = (value: string | null) => (value ? formatDateTime(value) : t('onemap.time.now'))
  const first = layers[0]?.id
  return (
    <section className="om-split" aria-label={t('onemap.tool.split')}>
      <Segmented
        size="small"
        aria-label={t('onemap.split.by')}
        value={split.by}
        options={[
          { value: 'time', label: t('onemap.split.time') },
          { value: 'layer', label: t('onemap.split.layer'), disabled: !first }
        ]}
        onChange={(by) => {
          if (by === 'time') onSplit({ by, at: null, place: split.place })
          else if (first) onSplit({ by: 'layer', layer: first, place: split.place })
        }}
      />
      {split.by === 'time' ? (
        <div className="om-split-sides">
          <button
            type="button"
            aria-pressed={side === 'left'}
            className={side === 'left' ? 'on' : ''}
            onClick={() => onSide('left')}
          >
            {t('onemap.split.left', { what: moment(at) })}
          </button>
          <button
            type="button"
            aria-pressed={side === 'right'}
            className={side === 'right' ? 'on' : ''}
            onClick={() => onSide('right')}
          >
            {t('onemap.split.right', { what: moment(split.at) })}
          </button>
        </div>
      ) : (
        <Select
          size="small"
          aria-label={t('onemap.right')}
          value={split.layer}
          style={{ width: 160 }}
          options={layers.map((l) => ({ value: l.id, label: l.name[language] }))}
          onChange={(layer) => onSplit({ ...split, layer })}
        />
      )}
      <button type="button" className="om-x" aria-label={t('onemap.close')} onClick={() => onSplit(null)}>
        <Icon name="close" />
      </button>
    </section>
  )
}
