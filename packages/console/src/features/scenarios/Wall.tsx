import type { PackPage } from '@chengyun/contract/scenarios'
import { antdTheme, applyTokens, formatTime, Skeleton, useNow } from '@chengyun/ui'
import { ConfigProvider } from 'antd'
import { useEffect, useLayoutEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLiveNamed, useLiveRefresh, useLiveState } from '../../api/live.ts'
import { useLivePack, usePackPage } from '../../api/scenarios.ts'
import { QueryError } from '../../parts/states.tsx'
import { useQueryParam } from '../../parts/useQueryParam.ts'
import { Dressed, usePreferences } from '../../preferences.tsx'
import { PageContext, useBoth } from './context.ts'
import { place, screens } from './layout.ts'
import { useSize } from './useSize.ts'
import { WIDGETS } from './widgets/index.ts'
import './css/scenarios.css'

/** Text of the desk is 12 px at least, of a wall of 1920 × 1080 it is 16. */
const WALL_ZOOM = 16 / 12
/** Rows of the grid that are seen at once. */
const ROWS = 20
/** How long a screen stays, and how long nothing moves after somebody touched it or a grave alarm came, ms. */
const STAY_MS = 30_000
const HOLD_MS = 90_000

/** A page for the wall: dark, large, nothing to operate but full screen; screens take turns while nobody touches it. */
export default function Wall({ pack, page }: { pack: string; page: string }) {
  const { language, mode } = usePreferences()
  useLayoutEffect(() => {
    applyTokens('dark')
    return () => applyTokens(mode)
  }, [mode])
  const [zoom, setZoom] = useState(zoomNow)
  useEffect(() => {
    const again = () => setZoom(zoomNow())
    addEventListener('resize', again)
    return () => removeEventListener('resize', again)
  }, [])
  return (
    <Dressed mode="dark">
      <ConfigProvider theme={antdTheme('dark')}>
        <div className="wall" lang={language === 'zh' ? 'zh-CN' : 'en'} style={{ zoom, '--zoom': zoom }}>
          <Screens pack={pack} page={page} />
        </div>
      </ConfigProvider>
    </Dressed>
  )
}

function zoomNow(): number {
  return Math.max(1, Math.min(innerWidth / 1920, innerHeight / 1080) * WALL_ZOOM)
}

function Screens({ pack, page }: { pack: string; page: string }) {
  const { t } = useTranslation()
  const both = useBoth()
  const [params] = useQueryParam()
  const facts = usePackPage(pack, page)
  const live = useLiveState()
  const now = useNow(1)
  useLiveRefresh()
  useLivePack(pack)
  const view = facts.data
  const cut = useMemo(() => (view ? screens(place(view.widgets), ROWS) : []), [view])
  const [at, setAt] = useTurns(pack, view, cut)
  const subject = params.get('subject')
  const screen = cut[Math.min(at, cut.length - 1)]
  return (
    <>
      <header>
        <h1>
          {view ? both(view.packName) : ''}
          {view && view.pages.length > 1 ? <span>{both(view.name)}</span> : null}
        </h1>
        {cut.length > 1 ? (
          <div className="wall-turns">
            {cut.map((s, i) => (
              <button
                key={s.indices.join()}
                type="button"
                aria-label={t('scenarios.screen', { n: i + 1 })}
                aria-current={i === at}
                onClick={() => setAt(i)}
              />
            ))}
          </div>
        ) : null}
        {live ? null : <span className="wall-off">{t('live.off')}</span>}
        <time>{formatTime(now, true)}</time>
        <FullScreen />
      </header>
      {facts.isError ? <QueryError of={facts} /> : null}
      {facts.isPending ? <Skeleton lines={12} /> : null}
      {view && screen ? (
        <PageContext
          value={{ pack, page, wall: true, register: view.subject?.register ?? null, subject, choose: () => undefined }}
        >
          <Stand key={at} view={view} screen={screen} />
        </PageContext>
      ) : null}
    </>
  )
}

/** Which screen is seen: the next after a while, none while somebody touches it, that of the alarms when a grave one comes. */
function useTurns(
  pack: string,
  view: PackPage | undefined,
  cut: ReturnType<typeof screens>
): [at: number, go: (i: number) => void] {
  const [at, setAt] = useState(0)
  const [heldUntil, hold] = useState(0)
  const count = cut.length
  useEffect(() => {
    const touched = () => hold(Date.now() + HOLD_MS)
    const events = ['pointerdown', 'pointermove', 'keydown'] as const
    for (const e of events) addEventListener(e, touched)
    return () => {
      for (const e of events) removeEventListener(e, touched)
    }
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the wait begins anew with every screen
  useEffect(() => {
    if (count < 2) return
    const timer = setTimeout(() => setAt((i) => (i + 1) % count), Math.max(STAY_MS, heldUntil - Date.now()))
    return () => clearTimeout(timer)
  }, [at, count, heldUntil])
  useLiveNamed(['alarms.moved'], (payload) => {
    const alarm = payload['alarm'] as { pack?: string; level?: number } | undefined
    if (payload['act'] !== 'raise' || alarm?.pack !== pack || (alarm.level ?? 9) > 1) return
    const n = view?.widgets.findIndex((w) => w.type === 'alarms') ?? -1
    const with_ = cut.findIndex((s) => s.indices.includes(n))
    if (with_ >= 0) setAt(with_)
    hold(Date.now() + HOLD_MS)
  })
  return [at, setAt]
}

function Stand({ view, screen }: { view: PackPage; screen: ReturnType<typeof screens>[number] }) {
  const [box, { height }] = useSize<HTMLDivElement>()
  const row = Math.max(24, Math.floor(height / screen.rows))
  return (
    <div className="scn-grid" ref={box} style={{ gridAutoRows: row }}>
      {height === 0
        ? null
        : screen.indices.map((n, i) => {
            const widget = view.widgets[n]
            const at = screen.at[i]
            if (!widget || !at) return null
            const Widget = WIDGETS[widget.type]
            return (
              <div
                key={n}
                className="scn-cell"
                style={{ gridColumn: `${at.column} / span ${at.span}`, gridRow: `${at.row} / span ${at.rows}` }}
              >
                <Widget widget={widget} n={n} />
              </div>
            )
          })}
    </div>
  )
}

function FullScreen() {
  const { t } = useTranslation()
  const [on, setOn] = useState(document.fullscreenElement !== null)
  useEffect(() => {
    const changed = () => setOn(document.fullscreenElement !== null)
    document.addEventListener('fullscreenchange', changed)
    return () => document.removeEventListener('fullscreenchange', changed)
  }, [])
  if (!document.fullscreenEnabled) return null
  return (
    <button
      type="button"
      className="wall-full"
      onClick={() => void (on ? document.exitFullscreen() : document.documentElement.requestFullscreen())}
    >
      {t(on ? 'scenarios.leaveFull' : 'scenarios.full')}
    </button>
  )
}
