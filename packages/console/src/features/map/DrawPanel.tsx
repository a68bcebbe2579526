import { type Drawing, MAX_RADIUS_M, measured } from '@chengyun/ui/map/draw.ts'
import { Button, InputNumber } from 'antd'
import { useTranslation } from 'react-i18next'
import { AreaResult, type AreaResultProps } from './AreaResult.tsx'
import { type Pointer, usePointed } from './pointer.ts'
import type { Tool } from './state.ts'
import { areaText, lengthText } from './units.ts'

export interface DrawPanelProps extends Omit<AreaResultProps, 'area'> {
  tool: Tool
  drawing: Drawing
  pointer: Pointer
  area: AreaResultProps['area'] | null
  onRadius: (radiusM: number) => void
  onUndo: () => void
  onFinish: () => void
  onClear: () => void
}

/** What is being drawn: how to go on, its measures, and for an area what lies in it. */
export function DrawPanel({ tool, drawing, pointer, area, onRadius, onUndo, onFinish, onClear, ...result }: DrawPanelProps) {
  const { t } = useTranslation()
  const cursor = usePointed(pointer)?.at ?? null
  const pointed = drawing.points.length > 0 ? cursor : null
  const { lengthM, areaM2 } = measured(drawing, pointed)
  const hint = drawing.done ? 'onemap.draw.done' : `onemap.hint.${tool}.${drawing.points.length === 0 ? 'first' : 'next'}`
  return (
    <div className="om-card">
      <h2>{t(`onemap.tool.${tool}`)}</h2>
      <p className="om-hint">{t(hint)}</p>
      {tool === 'circle' || tool === 'buffer' ? (
        <div className="om-radius">
          <span id="om-radius">{t(tool === 'circle' ? 'onemap.radius' : 'onemap.width')}</span>
          <InputNumber
            size="small"
            aria-labelledby="om-radius"
            min={1}
            max={MAX_RADIUS_M}
            step={50}
            value={drawing.radiusM || null}
            onChange={(v) => (v ? onRadius(v) : undefined)}
          />
          <span>m</span>
        </div>
      ) : null}
      {lengthM > 0 ? (
        <dl className="om-measure" aria-live="polite">
          <div>
            <dt>{t(tool === 'length' || tool === 'buffer' ? 'onemap.length' : 'onemap.perimeter')}</dt>
            <dd>{lengthText(lengthM)}</dd>
          </div>
          {areaM2 > 0 ? (
            <div>
              <dt>{t('onemap.area')}</dt>
              <dd>{areaText(areaM2)}</dd>
            </div>
          ) : null}
        </dl>
      ) : null}
      <div className="om-draw-acts">
        {drawing.done ? null : (
          <Button size="small" type="primary" disabled={drawing.points.length < (tool === 'circle' ? 1 : 2)} onClick={onFinish}>
            {t('onemap.finish')}
          </Button>
        )}
        <Button size="small" disabled={drawing.points.length === 0} onClick={onUndo}>
          {t('onemap.undo')}
        </Button>
        <Button size="small" disabled={drawing.points.length === 0} onClick={onClear}>
          {t('onemap.clear')}
        </Button>
      </div>
      {tool === 'length' || tool === 'area' ? <p className="om-note">{t('onemap.ellipsoid')}</p> : null}
      {area ? <AreaResult {...result} area={area} /> : null}
    </div>
  )
}
