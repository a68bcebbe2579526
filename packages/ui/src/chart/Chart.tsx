import { BarChart, CustomChart, LineChart } from 'echarts/charts'
import { AriaComponent, DatasetComponent, GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components'
import { type EChartsCoreOption, init, use as register } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { useEffect, useRef, useState } from 'react'
import { useUiText } from '../i18n.ts'
import { FONT_FAMILY, type ThemeMode, TOKENS } from '../theme.ts'
import { save, saveSheet } from './save.ts'

register([
  BarChart,
  LineChart,
  CustomChart,
  AriaComponent,
  DatasetComponent,
  GridComponent,
  MarkLineComponent,
  TooltipComponent,
  CanvasRenderer
])

export interface ChartProps {
  mode: ThemeMode
  option: EChartsCoreOption
  height: number
  /** The same facts as a table, for reading, copying and screen readers. */
  table: { columns: string[]; rows: (string | number | null)[][] }
  /** Name of saved files. */
  name: string
  onSelect?: (item: { seriesName: string; name: string; index: number }) => void
}

/** Our look laid under any option: quiet axes, one face, no legend box, values direct. */
function themed(mode: ThemeMode, option: EChartsCoreOption): EChartsCoreOption {
  const c = TOKENS[mode]
  return {
    color: [c.brand, c.ok, c.soon, c.ink3, c.level2],
    textStyle: { fontFamily: FONT_FAMILY, fontSize: 12, color: c.ink2 },
    animationDuration: 160,
    animationDurationUpdate: 160,
    aria: { enabled: true },
    tooltip: {
      trigger: 'axis',
      backgroundColor: c.raised,
      borderColor: c.line,
      padding: [6, 10],
      textStyle: { color: c.ink, fontSize: 12 },
      extraCssText: 'box-shadow:none'
    },
    grid: { left: 4, right: 12, top: 16, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    ...option
  }
}

/** An ECharts drawing with its table behind it and saving as picture or data. */
export default function Chart({ mode, option, height, table, name, onSelect }: ChartProps) {
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<ReturnType<typeof init> | null>(null)
  const select = useRef(onSelect)
  select.current = onSelect
  const [asTable, setAsTable] = useState(false)
  const text = useUiText()
  useEffect(() => {
    if (asTable || !box.current) return
    const made = init(box.current)
    chart.current = made
    made.on('click', (p) =>
      select.current?.({ seriesName: String(p.seriesName ?? ''), name: String(p.name), index: p.dataIndex })
    )
    const sizes = new ResizeObserver(() => made.resize())
    sizes.observe(box.current)
    return () => {
      sizes.disconnect()
      made.dispose()
      chart.current = null
    }
  }, [asTable])
  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn anew when the table is left
  useEffect(() => {
    chart.current?.setOption(themed(mode, option), { notMerge: true })
  }, [option, mode, asTable])
  return (
    <div className="cy-chart">
      <div className="cy-chart-tools">
        <button type="button" onClick={() => setAsTable(!asTable)}>
          {text(asTable ? 'chart.chart' : 'chart.table')}
        </button>
        {asTable ? null : (
          <button
            type="button"
            onClick={() =>
              save(chart.current?.getDataURL({ pixelRatio: 2, backgroundColor: TOKENS[mode].surface }) ?? '', `${name}.png`)
            }
          >
            {text('chart.savePicture')}
          </button>
        )}
        <button type="button" onClick={() => saveSheet(table, name)}>
          {text('chart.saveData')}
        </button>
      </div>
      {asTable ? (
        <div style={{ height, overflow: 'auto' }}>
          <Table table={table} />
        </div>
      ) : (
        <div ref={box} style={{ height }} role="img" aria-label={name} />
      )}
      {asTable ? null : (
        <div className="cy-visually-hidden">
          <Table table={table} />
        </div>
      )}
    </div>
  )
}

function Table({ table }: { table: ChartProps['table'] }) {
  return (
    <table className="cy-chart-table">
      <thead>
        <tr>
          {table.columns.map((c) => (
            <th key={c} scope="col">
              {c}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {table.rows.map((r) => (
          <tr key={String(r[0])}>
            {r.map((v, i) => (
              <td key={table.columns[i]}>{v ?? '–'}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
