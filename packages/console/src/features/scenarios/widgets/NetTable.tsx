import { type DataOf, TONES } from '@chengyun/contract/scenarios'
import { formatNumber, type Level, LevelLamp, type TableColumn, VirtualTable } from '@chengyun/ui'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useBoth } from '../context.ts'

/** The nodes of a net as a table, gravest alarms first: for those who do not see the drawing, and for looking things up. */
export function NetTable({ data }: { data: DataOf<'topology'> }) {
  const { t } = useTranslation()
  const both = useBoth()
  const net = data.net
  const order = useMemo(
    () => (net?.codes ?? []).map((_, i) => i).sort((a, b) => (data.levels[a] || 9) - (data.levels[b] || 9) || a - b),
    [net, data.levels]
  )
  const links = useMemo(() => {
    const n = new Map<number, number>()
    for (const e of net?.edges ?? []) for (const i of [e.from, e.to]) if (i >= 0) n.set(i, (n.get(i) ?? 0) + 1)
    return n
  }, [net])
  const columns: TableColumn[] = [
    { key: 'name', title: t('scenarios.name'), track: 'minmax(120px, 2fr)' },
    { key: 'register', title: t('scenarios.register'), track: 'minmax(80px, 1fr)' },
    { key: 'links', title: t('scenarios.links'), track: '72px', align: 'right' },
    {
      key: 'value',
      title: `${data.streamName ? both(data.streamName) : t('scenarios.value')} ${data.unit}`,
      track: '112px',
      align: 'right'
    },
    { key: 'state', title: t('scenarios.stateWord'), track: '96px' }
  ]
  const cell = (row: number, key: string) => {
    const i = order[row] ?? 0
    if (key === 'name') return net?.names[i]
    if (key === 'register') {
      const of = data.registers[net?.register[i] ?? 0]
      return <span className="sw-quiet">{of ? both(of.name) : ''}</span>
    }
    if (key === 'links') return formatNumber(links.get(i) ?? 0)
    if (key === 'value') return formatNumber(data.values[i], data.decimals)
    const level = data.levels[i] ?? 0
    return level > 0 ? <LevelLamp level={level as Level} named /> : t(`scenarios.tone.${TONES[data.tone[i] ?? 0] ?? 'none'}`)
  }
  return (
    <VirtualTable
      label={t('scenarios.asTable')}
      columns={columns}
      count={order.length}
      rowHeight={32}
      keyOf={(row) => net?.codes[order[row] ?? 0] ?? String(row)}
      cell={cell}
      sort={null}
    />
  )
}
