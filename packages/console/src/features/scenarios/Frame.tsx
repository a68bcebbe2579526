import type { DataOf, PageWidget, WidgetType } from '@chengyun/contract/scenarios'
import { formatTime, Skeleton } from '@chengyun/ui'
import { Select } from 'antd'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useWidget, type WidgetAsked } from '../../api/scenarios.ts'
import { QueryError } from '../../parts/states.tsx'
import { useBoth, usePage } from './context.ts'
import { useSize } from './useSize.ts'

type Span = NonNullable<PageWidget['during']>

export interface FrameProps<T extends WidgetType> {
  widget: PageWidget
  n: number
  /** Whether the data depends on the chosen thing. */
  chosen?: boolean
  /** Beside the title. */
  tools?: (data: DataOf<T>) => ReactNode
  /** As high as what is in it, where the page has one column. */
  grows?: boolean
  children: (data: DataOf<T>, room: { width: number; height: number }, asked: WidgetAsked) => ReactNode
}

/** What surrounds every widget: a title that is a sentence when there is news, when it was read, what went wrong, and its room. */
export function Frame<T extends WidgetType>({ widget, n, chosen = false, tools, grows = false, children }: FrameProps<T>) {
  const { t } = useTranslation()
  const both = useBoth()
  const page = usePage()
  const [during, setDuring] = useState<Span | null>(null)
  const [box, room] = useSize<HTMLDivElement>()
  const span = during ?? widget.during ?? (widget.spans.includes('month') ? 'month' : (widget.spans[0] ?? null))
  const asked: WidgetAsked = {
    pack: page.pack,
    page: page.page,
    n,
    type: widget.type,
    ask: {
      ...(chosen && page.subject ? { subject: page.subject } : {}),
      ...(span && widget.spans.length > 0 ? { during: span } : {})
    }
  }
  const facts = useWidget<T>(asked)
  const data = facts.data
  const title = both(widget.title)
  const headline = data?.headline ? both(data.headline) : null
  return (
    <section className={`sw sw-${widget.type}${grows ? ' grows' : ''}`} aria-label={title}>
      <header>
        <h2>
          {headline ?? title}
          {headline && headline !== title ? <small>{title}</small> : null}
        </h2>
        {data && tools ? tools(data) : null}
        {widget.spans.length > 1 && !page.wall ? (
          <Select
            size="small"
            variant="borderless"
            value={span}
            aria-label={t('scenarios.span')}
            popupMatchSelectWidth={false}
            options={widget.spans.map((value) => ({ value, label: t(`scenarios.span.${value}`) }))}
            onChange={(v: Span) => setDuring(v)}
          />
        ) : null}
        {data ? (
          <time className={facts.isError ? 'old' : ''} title={t('scenarios.updatedAt', { at: formatTime(data.at, true) })}>
            {facts.isError ? t('scenarios.old', { at: formatTime(data.at, true) }) : formatTime(data.at)}
          </time>
        ) : null}
      </header>
      <div className="sw-body" ref={box}>
        {data ? (
          children(data, room, asked)
        ) : facts.isError ? (
          <QueryError of={facts} />
        ) : (
          <Skeleton lines={Math.max(2, Math.min(10, widget.rows - 2))} />
        )}
      </div>
    </section>
  )
}

/** Nothing to show, said in the room of a widget. */
export function Nothing({ title, hint }: { title: string; hint?: string }) {
  return (
    <div className="sw-nothing">
      <b>{title}</b>
      {hint ? <span>{hint}</span> : null}
    </div>
  )
}
