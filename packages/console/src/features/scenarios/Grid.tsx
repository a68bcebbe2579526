import type { PackPage } from '@chengyun/contract/scenarios'
import type { CSSProperties } from 'react'
import { place, ROW, spanOn } from './layout.ts'
import { useSize } from './useSize.ts'
import { WIDGETS } from './widgets/index.ts'

/** The widgets of a page on 24 columns; on a narrow page halves, on a phone one below the other. */
export function Grid({ page }: { page: PackPage }) {
  const [box, { width }] = useSize<HTMLDivElement>()
  const placed = place(page.widgets.map((w) => ({ span: spanOn(width, w.span), rows: w.rows })))
  const single = width > 0 && width < 720
  return (
    <div className={`scn-grid${single ? ' single' : ''}`} ref={box} style={{ gridAutoRows: single ? 'auto' : ROW }}>
      {width === 0
        ? null
        : page.widgets.map((w, n) => {
            const Widget = WIDGETS[w.type]
            const at = placed[n]
            const style: CSSProperties = single
              ? { '--rows': w.rows }
              : { gridColumn: `${at?.column} / span ${at?.span}`, gridRow: `${at?.row} / span ${at?.rows}` }
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: widgets are known by their place on the page
              <div key={n} className="scn-cell" style={style}>
                <Widget widget={w} n={n} />
              </div>
            )
          })}
    </div>
  )
}
