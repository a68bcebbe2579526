import type { LayerView } from '@chengyun/contract/geo'
import { formatNumber, TOKENS } from '@chengyun/ui'
import { DRAWINGS } from '@chengyun/ui/map/overlay.ts'
import { onSurface } from '@chengyun/ui/map/palette.ts'
import { Checkbox, Segmented, Slider } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePreferences } from '../../preferences.tsx'
import { ClassTree } from './ClassTree.tsx'
import { sentence, shapeOf } from './dress.ts'
import { Icon } from './icons.tsx'
import { Key } from './Key.tsx'
import { LayerTones } from './LayerTones.tsx'
import type { Choice } from './state.ts'

export interface LayerRowProps {
  view: LayerView
  choice: Choice | null
  name: string
  /** What was sought among the classes of this layer; empty when the layer itself was. */
  sought: string
  majors: ReadonlyMap<string, string>
  onToggle: () => void
  onChange: (next: Choice) => void
  onUp: (() => void) | null
  onDown: (() => void) | null
}

/** One layer of the tree; unfolded it shows how it is drawn and of what kinds it is. */
export function LayerRow({ view, choice, name, sought, majors, onToggle, onChange, onUp, onDown }: LayerRowProps) {
  const { t } = useTranslation()
  const { mode, language } = usePreferences()
  const [unfolded, setUnfolded] = useState(false)
  const open = unfolded || sought !== ''
  const part = (choice?.classes ?? choice?.statuses) !== null && choice !== null
  return (
    <div className={`om-layer${choice ? ' on' : ''}`}>
      <div className="om-layer-head">
        <Checkbox checked={choice !== null} indeterminate={part} onChange={onToggle}>
          <Key shape={shapeOf(view)} color={view.kind === 'case' ? TOKENS[mode].ink : onSurface(mode, view.symbol.color)} />
          {name}
        </Checkbox>
        <span className="om-count">{view.state === 'loading' ? t('onemap.layerLoading') : formatNumber(view.count)}</span>
        <button
          type="button"
          className="om-fold"
          aria-expanded={open}
          aria-label={t('onemap.layerMore', { name })}
          onClick={() => setUnfolded(!open)}
        >
          <Icon name="fold" />
        </button>
      </div>
      {choice ? <LayerTones view={view} /> : null}
      {open ? (
        <div className="om-layer-body">
          {choice ? (
            <>
              <Segmented
                size="small"
                block
                aria-label={t('onemap.draw')}
                value={choice.draw}
                options={DRAWINGS.map((value) => ({ value, label: t(`onemap.draw.${value}`) }))}
                onChange={(draw) => onChange({ ...choice, draw })}
              />
              <div className="om-layer-line">
                <span>{t('onemap.opacity')}</span>
                <Slider
                  min={5}
                  max={100}
                  step={5}
                  value={choice.opacity}
                  ariaLabelForHandle={t('onemap.opacityOf', { name })}
                  tooltip={{ formatter: (v) => `${v} %` }}
                  onChange={(opacity: number) => onChange({ ...choice, opacity })}
                />
                <button type="button" disabled={!onUp} aria-label={t('onemap.up', { name })} onClick={() => onUp?.()}>
                  <Icon name="up" />
                </button>
                <button type="button" disabled={!onDown} aria-label={t('onemap.down', { name })} onClick={() => onDown?.()}>
                  <Icon name="down" />
                </button>
              </div>
              {view.statuses.length > 1 ? (
                <div className="om-states">
                  {view.statuses
                    .filter((s) => s.count > 0 || choice.statuses?.includes(s.key))
                    .map((s) => {
                      const on = choice.statuses === null || choice.statuses.includes(s.key)
                      return (
                        <button
                          key={s.key}
                          type="button"
                          aria-pressed={on}
                          className={on ? 'on' : ''}
                          onClick={() => onChange({ ...choice, statuses: toggled(view, choice, s.key) })}
                        >
                          {sentence(s.name[language])} <b>{formatNumber(s.count)}</b>
                        </button>
                      )
                    })}
                </div>
              ) : null}
            </>
          ) : null}
          <ClassTree
            classes={view.classes}
            chosen={choice ? choice.classes : []}
            sought={sought}
            majors={majors}
            onChoose={(classes) =>
              onChange({ ...(choice ?? { id: view.id, opacity: 100, draw: 'points', statuses: null }), classes })
            }
          />
        </div>
      ) : null}
    </div>
  )
}

/** The states with one more or one less; all of them is no filter. */
function toggled(view: LayerView, choice: Choice, key: string): string[] | null {
  const all = view.statuses.map((s) => s.key)
  const now = choice.statuses ?? all
  const next = now.includes(key) ? now.filter((k) => k !== key) : [...now, key]
  return all.every((k) => next.includes(k)) ? null : next
}
