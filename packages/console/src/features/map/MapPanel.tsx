import type { LayerView } from '@chengyun/contract/geo'
import { formatDateTime } from '@chengyun/ui'
import { creditOf } from '@chengyun/ui/map/foreign.ts'
import type { LegendGroup } from '@chengyun/ui/map/sheet.ts'
import type { Stage } from '@chengyun/ui/map/stage.ts'
import { useTranslation } from 'react-i18next'
import { useCity } from '../../api/reference.ts'
import { useSession } from '../../api/session.ts'
import { usePreferences } from '../../preferences.tsx'
import { Bookmarks } from './Bookmarks.tsx'
import { ExportPanel } from './ExportPanel.tsx'
import { Icon } from './icons.tsx'
import { LayerPanel } from './LayerPanel.tsx'
import { save } from './save.ts'
import { drawSheet, printPicture, type SheetSize } from './sheets.ts'
import type { Choice, MapState } from './state.ts'
import type { SetState } from './useMapState.ts'

export interface MapPanelProps {
  state: MapState
  set: SetState
  layers: readonly LayerView[]
  choices: Choice[]
  majors: ReadonlyMap<string, string>
  stages: readonly Stage[]
  legend: readonly LegendGroup[]
  /** The query string of the view as it is now. */
  query: () => string
  onOpen: (query: string) => void
}

/** The pane on the left: layers, bookmarks or the making of sheets; folded away when none is wanted. */
export function MapPanel({ state, set, layers, choices, majors, stages, legend, query, onOpen }: MapPanelProps) {
  const { t } = useTranslation()
  const { mode, language } = usePreferences()
  const session = useSession()
  const city = useCity().data?.name[language] ?? ''
  const { panel } = state
  if (!panel) return null
  const shown = choices.slice(0, 2).flatMap((c) => layers.find((l) => l.id === c.id)?.name[language] ?? [])
  const title = shown.length === 0 ? city : t('onemap.export.of', { city, layers: shown.join(t('onemap.export.and')) })
  const make = async (words: string, size: SheetSize, how: 'save' | 'print') => {
    const made = formatDateTime(new Date())
    const right = state.split?.by === 'time' ? state.split.at : null
    const moment = (at: string | null) => (at ? formatDateTime(at) : t('onemap.time.now'))
    const subtitle =
      state.split?.by === 'time'
        ? `${t('onemap.split.left', { what: moment(state.at) })}　${t('onemap.split.right', { what: moment(right) })}`
        : t('onemap.export.asOf', { at: state.at ? formatDateTime(state.at) : made })
    const maker = t('onemap.export.footer', { at: made, unit: session.user.unitName ?? city, name: session.user.name })
    const credit = stages[0] ? creditOf(stages[0].map) : ''
    const footer = credit ? `${maker} · ${t('onemap.export.base', { by: credit })}` : maker
    const facts = { title: words, subtitle, legend, footer, north: t('onemap.export.north') }
    const picture = await drawSheet(stages, state.split?.place ?? 0.5, facts, mode, size)
    if (how === 'save') save(picture, `${words.replace(/[\\/:*?"<>|\s]+/g, '-')}.png`)
    else await printPicture(picture, words, size)
  }
  return (
    <section className="om-panel" aria-label={t(`onemap.tool.${panel}`)}>
      <header>
        <h2>{t(`onemap.tool.${panel}`)}</h2>
        <button type="button" className="om-x" aria-label={t('onemap.fold')} onClick={() => set({ panel: null })}>
          <Icon name="close" />
        </button>
      </header>
      {panel === 'layers' ? (
        <LayerPanel
          layers={layers}
          choices={choices}
          paint={state.paint}
          labels={state.labels}
          majors={majors}
          onChoices={(next) => set({ layers: next })}
          onPaint={(paint) => set({ paint })}
          onLabels={(labels) => set({ labels })}
        />
      ) : null}
      {panel === 'bookmarks' ? <Bookmarks query={query} onOpen={onOpen} /> : null}
      {panel === 'export' ? <ExportPanel key={title} title={title} onMake={make} /> : null}
    </section>
  )
}
