import type { LayerView } from '@chengyun/contract/geo'
import { EmptyState, formatNumber } from '@chengyun/ui'
import { Input, Segmented } from 'antd'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePreferences } from '../../preferences.tsx'
import { Icon } from './icons.tsx'
import { LayerRow } from './LayerRow.tsx'
import { type Choice, choose, PAINTS, type PaintBy } from './state.ts'

/** The order of the headings; packs, whose states are watched, stand before the plain lists of what there is. */
const GROUPS = ['case', 'alarm', 'component', 'pack', 'facility', 'device', 'vehicle', 'site', 'business', 'person', 'area']
const place = (group: string) => {
  const at = GROUPS.indexOf(group.startsWith('pack-') ? 'pack' : group)
  return at < 0 ? GROUPS.length : at
}

export interface LayerPanelProps {
  layers: readonly LayerView[]
  /** Uppermost first. */
  choices: readonly Choice[]
  paint: PaintBy
  labels: 0 | 1 | 2
  majors: ReadonlyMap<string, string>
  onChoices: (choices: Choice[]) => void
  onPaint: (paint: PaintBy) => void
  onLabels: (labels: 0 | 1 | 2) => void
}

/** The tree of layers: what is on, in which order, which kinds of it, and how it is drawn. */
export function LayerPanel(props: LayerPanelProps) {
  const { layers, choices, paint, labels, majors, onChoices } = props
  const { t } = useTranslation()
  const { language } = usePreferences()
  const [text, setText] = useState('')
  const sought = useDeferredValue(text.trim().toLowerCase())
  const hits = (name: { zh: string; en: string }) =>
    name.zh.toLowerCase().includes(sought) || name.en.toLowerCase().includes(sought)
  const shown = sought
    ? layers.filter(
        (l) =>
          hits(l.name) || (l.groupName && hits(l.groupName)) || l.classes.some((c) => hits(c.name) || c.code.startsWith(sought))
      )
    : layers
  const rank = new Map(choices.map((c, i) => [c.id, i]))
  const [emptyOpen, setEmptyOpen] = useState(false)
  // What is empty and off stands aside, so that what there is to see comes first.
  const aside = sought ? [] : shown.filter((l) => l.count === 0 && l.state === 'ready' && !rank.has(l.id))
  const main = shown.filter((l) => !aside.includes(l))
  const groups = [...new Set(main.map((l) => l.group))].toSorted((a, b) => place(a) - place(b))
  const heading = (group: string) => main.find((l) => l.group === group)?.groupName?.[language] ?? t(`onemap.group.${group}`)
  const change = (id: string, next: Choice | null) => {
    if (!next) onChoices(choices.filter((c) => c.id !== id))
    else onChoices(rank.has(id) ? choices.map((c) => (c.id === id ? next : c)) : [next, ...choices])
  }
  const move = (id: string, by: -1 | 1) => {
    const at = rank.get(id) ?? 0
    const order = choices.filter((c) => c.id !== id)
    const mine = choices[at]
    if (mine) onChoices([...order.slice(0, at + by), mine, ...order.slice(at + by)])
  }
  const row = (l: LayerView) => {
    const at = rank.get(l.id)
    return (
      <LayerRow
        key={l.id}
        view={l}
        choice={at === undefined ? null : (choices[at] ?? null)}
        name={l.name[language]}
        sought={sought && !hits(l.name) ? sought : ''}
        majors={majors}
        onToggle={() => change(l.id, at === undefined ? choose(l.id) : null)}
        onChange={(next) => change(l.id, next)}
        onUp={at !== undefined && at > 0 ? () => move(l.id, -1) : null}
        onDown={at !== undefined && at < choices.length - 1 ? () => move(l.id, 1) : null}
      />
    )
  }
  return (
    <>
      <Input
        id="om-layer-find"
        size="small"
        allowClear
        value={text}
        placeholder={t('onemap.findLayer')}
        aria-label={t('onemap.findLayer')}
        onChange={(e) => setText(e.target.value)}
      />
      <div className="om-tree">
        {shown.length === 0 ? (
          <EmptyState
            title={t(layers.length === 0 ? 'onemap.noLayers' : 'onemap.noLayerFound')}
            hint={t(layers.length === 0 ? 'onemap.noLayersHint' : 'onemap.noLayerFoundHint')}
          />
        ) : null}
        {groups.map((group) => (
          <section key={group} aria-label={heading(group)}>
            <h3>{heading(group)}</h3>
            {main.filter((l) => l.group === group).map(row)}
          </section>
        ))}
        {aside.length > 0 ? (
          <section aria-label={t('onemap.emptyLayers', { count: aside.length })}>
            <button type="button" className="om-aside" aria-expanded={emptyOpen} onClick={() => setEmptyOpen(!emptyOpen)}>
              {t('onemap.emptyLayers', { count: aside.length })}
              <Icon name="fold" />
            </button>
            {emptyOpen ? aside.map(row) : null}
          </section>
        ) : null}
      </div>
      <dl className="om-style">
        <div>
          <dt id="om-paint">{t('onemap.paint')}</dt>
          <dd>
            <Segmented
              size="small"
              aria-labelledby="om-paint"
              value={paint}
              options={PAINTS.map((value) => ({ value, label: t(`onemap.paint.${value}`) }))}
              onChange={props.onPaint}
            />
          </dd>
        </div>
        <div>
          <dt id="om-labels">{t('onemap.labels')}</dt>
          <dd>
            <Segmented
              size="small"
              aria-labelledby="om-labels"
              value={labels}
              options={([0, 1, 2] as const).map((value) => ({ value, label: t(`onemap.labels.${value}`) }))}
              onChange={props.onLabels}
            />
          </dd>
        </div>
      </dl>
      <p className="om-sum">
        {t('onemap.sum', { count: formatNumber(layers.filter((l) => rank.has(l.id)).reduce((n, l) => n + l.count, 0)) })}
      </p>
    </>
  )
}
