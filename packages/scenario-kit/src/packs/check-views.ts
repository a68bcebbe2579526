import { isPersonal } from './layers.ts'
import type { Names, Say } from './names.ts'
import type { Pack } from './pack.ts'
import type { Widget } from './pages.ts'

export function checkLayers({ layers }: Pack, names: Names, say: Say): void {
  layers.forEach((layer, i) => {
    const at = `/layers/${i}`
    if (!names.registers.has(layer.register))
      say('layers.json', at, `没有台账“${layer.register}”`, `there is no register "${layer.register}"`)
    if (layer.colour.by === 'value' && !names.streams.has(layer.colour.stream))
      say('layers.json', at, `没有感知流“${layer.colour.stream}”`, `there is no stream "${layer.colour.stream}"`)
  })
}

/** Streams, indicators, layers and registers a widget speaks of. */
function mentions(w: Widget): { streams: string[]; indicators: string[]; layers: string[]; registers: string[] } {
  return {
    streams: [
      ...(w.type === 'trend' ? w.of.map((o) => o.stream) : []),
      ...('stream' in w && w.stream ? [w.stream] : []),
      ...(w.type === 'heatCalendar' && 'stream' in w.of ? [w.of.stream] : []),
      ...(w.type === 'stations' ? [...w.columns, ...(w.spark ? [w.spark] : [])].map((k) => `${w.register}/${k}`) : [])
    ],
    indicators: [...('indicators' in w ? w.indicators : []), ...('indicator' in w && w.indicator ? [w.indicator] : [])],
    layers: w.type === 'map' ? w.layers : [],
    registers: w.type === 'stations' ? [w.register] : w.type === 'topology' ? [...w.nodes, ...(w.lines ? [w.lines] : [])] : []
  }
}

export function checkPages({ pages, correlations, rules }: Pack, names: Names, say: Say): void {
  pages.forEach((page, i) => {
    page.widgets.forEach((w, j) => {
      const at = `/pages/${i}/widgets/${j}`
      const lacks = (zh: string, en: string, wanted: readonly string[], known: { has(key: string): boolean }) => {
        for (const key of wanted) if (!known.has(key)) say('pages.json', at, `没有${zh}“${key}”`, `there is no ${en} "${key}"`)
      }
      const said = mentions(w)
      lacks('感知流', 'stream', said.streams, names.streams)
      lacks('指标', 'indicator', said.indicators, names.indicators)
      lacks('图层', 'layer', said.layers, names.layers)
      lacks('台账', 'register', said.registers, names.registers)
      if (w.type === 'correlation') lacks('关联分析', 'correlation', [w.correlation], new Set(correlations.map((c) => c.key)))
      if (w.type === 'trend' && w.band) lacks('规则', 'rule', [w.band], new Set(rules.map((r) => r.key)))
      if (said.streams.some((s) => names.streams.get(s)?.hidden))
        say('pages.json', at, '隐藏的感知流不能显示', 'shows a stream that is hidden')
    })
  })
}

export function checkPublic({ public: lists }: Pack, names: Names, say: Say): void {
  lists.forEach((shown, i) => {
    const register = names.registers.get(shown.register)
    const at = `/lists/${i}`
    if (!register) {
      say('public.json', at, `没有台账“${shown.register}”`, `there is no register "${shown.register}"`)
      return
    }
    if (register.access === 'restricted' || register.group === 'person')
      say('public.json', at, `台账“${shown.register}”不能向公众公开`, `the register "${shown.register}" is not for the public`)
    // What decides who is listed is told by the list.
    const told = Object.keys(shown.where ?? {}).filter((key) => key !== 'status' && key !== 'class_code')
    for (const key of new Set([...shown.attributes, ...told])) {
      const attribute = register.attributes.find((a) => a.key === key)
      if (!attribute)
        say('public.json', at, `“${shown.register}”没有属性“${key}”`, `"${shown.register}" has no attribute "${key}"`)
      else if (attribute.visibility !== 'public')
        say('public.json', at, `属性“${key}”不是公开的`, `the attribute "${key}" is not public`)
      else if (isPersonal(attribute))
        say('public.json', at, `属性“${key}”是个人信息，不能公开`, `the attribute "${key}" is personal and cannot be public`)
    }
    for (const key of shown.streams ?? []) {
      const stream = names.streams.get(`${shown.register}/${key}`)
      if (!stream) say('public.json', at, `没有感知流“${key}”`, `there is no stream "${key}"`)
      else if (stream.hidden) say('public.json', at, `感知流“${key}”是隐藏的`, `the stream "${key}" is hidden`)
    }
  })
}

export function checkDemo({ demo, things, indexes }: Pack, names: Names, say: Say): void {
  if (!demo) return
  const file = 'demo/demo.json'
  for (const [i, made] of demo.items.entries())
    if (!names.registers.has(made.register))
      say(file, `/items/${i}`, `没有台账“${made.register}”`, `there is no register "${made.register}"`)
  for (const [i, { of }] of [...demo.streams, ...(demo.faults ?? [])].entries())
    if (!names.streams.has(of)) say(file, `/${i}`, `没有感知流“${of}”`, `there is no stream "${of}"`)
  // What an index computes is nothing a demonstration makes up.
  const computed = new Set((indexes ?? []).map((x) => `${x.subject}/${x.stream}`))
  for (const [i, { of }] of demo.streams.entries())
    if (computed.has(of)) say(file, `/streams/${i}`, `“${of}”由指数计算得出`, `"${of}" is what an index computes`)
  const made = new Set([...demo.streams.map((s) => s.of), ...computed])
  for (const thing of things.things)
    for (const s of thing.streams)
      if (!made.has(`${thing.register}/${s.key}`))
        say(
          file,
          '/streams',
          `“${thing.register}/${s.key}”在演示里没有读数`,
          `"${thing.register}/${s.key}" says nothing in the demonstration`
        )
}
