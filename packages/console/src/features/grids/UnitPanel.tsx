import type { RegridFault, RegridState } from '@chengyun/contract/geo'
import { KeyHint } from '@chengyun/ui'
import { Button, Checkbox, Segmented } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApplyDialog } from './ApplyDialog.tsx'
import { type Area, boxOf, middleCut, viewOf } from './draft.ts'
import { History } from './History.tsx'
import { TOOLS, type UnitDraft } from './useUnitDraft.ts'

interface Props {
  state: RegridState
  draft: UnitDraft
  title: string
  onCut: () => void
  onFly: (view: { bounds: [number, number, number, number] } | null) => void
}

const KEYS = { select: 'V', split: 'C', border: 'B' } as const
const hectares = (m2: number): string => (m2 / 10_000).toFixed(2)

/** Tools, unit grids, faults and history beside the map. Everything the map does with the mouse can be done here or with keys. */
export function UnitPanel({ state, draft, title, onCut, onFly }: Props) {
  const { t } = useTranslation()
  const [applying, setApplying] = useState(false)
  const only = draft.chosen.size === 1 ? draft.cells.find((c) => draft.chosen.has(c.key)) : undefined
  const drawn = draft.draft.steps.length
  return (
    <aside className="grids-panel" aria-label={title}>
      <h1>{state.name}</h1>
      <p className="grids-sub">
        {state.path} · <span className="num">{state.communityCode}</span> · {t('grids.count', { count: draft.cells.length })}
        {state.coverage === null
          ? null
          : ` · ${t('grids.coverage', { percent: ((draft.preview?.coverage ?? state.coverage) * 100).toFixed(2) })}`}
      </p>
      <Segmented
        block
        value={draft.tool}
        onChange={draft.setTool}
        options={TOOLS.map((tool) => ({
          value: tool,
          label: (
            <span>
              {t(`grids.tool.${tool}`)} <KeyHint>{KEYS[tool]}</KeyHint>
            </span>
          )
        }))}
      />
      <p className="grids-hint">{t(`grids.hint.${draft.tool}`)}</p>
      <div className="grids-acts">
        {draft.tool === 'split' ? (
          <>
            <Button size="small" type="primary" disabled={draft.line.length < 2} onClick={onCut}>
              {t('grids.cut')} <KeyHint>X</KeyHint>
            </Button>
            {(['vertical', 'horizontal'] as const).map((way) => (
              <Button
                key={way}
                size="small"
                disabled={!only}
                onClick={() => only && draft.step({ op: 'split', cell: only.key, line: middleCut(only.geometry as Area, way) })}
              >
                {t(`grids.cut.${way}`)}
              </Button>
            ))}
          </>
        ) : null}
        <Button size="small" disabled={draft.chosen.size < 2} onClick={draft.merge}>
          {t('grids.merge')} <KeyHint>G</KeyHint>
        </Button>
        <Button size="small" disabled={drawn === 0 && draft.line.length === 0} onClick={draft.undo}>
          {t('grids.undo')} <KeyHint>Ctrl Z</KeyHint>
        </Button>
        <Button size="small" disabled={draft.draft.undone.length === 0} onClick={draft.redo}>
          {t('grids.redo')} <KeyHint>⇧Ctrl Z</KeyHint>
        </Button>
      </div>

      <Faults faults={draft.faults} isDraft={drawn > 0} onFly={(f) => onFly(viewOf(f))} />

      <section className="grids-cells" aria-label={t('grids.cells')}>
        <h2>{t('grids.cells')}</h2>
        <ul>
          {draft.cells.map((cell) => (
            <li key={cell.key} data-state={cell.state}>
              <Checkbox checked={draft.chosen.has(cell.key)} onChange={() => draft.toggle(cell.key, true)}>
                <span className="num">{cell.code ?? t('grids.noCode')}</span>
              </Checkbox>
              <span className="grids-area num">{t('grids.hectares', { n: hectares(cell.areaM2) })}</span>
              {cell.state === 'kept' ? null : <em>{t(`grids.state.${cell.state}`)}</em>}
              <button
                type="button"
                className="grids-fly"
                aria-label={t('grids.fly', { code: cell.code ?? '' })}
                onClick={() => {
                  const bounds = boxOf([cell.geometry as Area])
                  if (bounds) onFly({ bounds })
                }}
              >
                <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
                  <path
                    d="M8 1v4M8 11v4M1 8h4M11 8h4M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6Z"
                    fill="none"
                    stroke="currentColor"
                    strokeWidth="1.4"
                  />
                </svg>
              </button>
            </li>
          ))}
        </ul>
      </section>

      <History community={state.communityCode} />

      <footer>
        {drawn > 0 ? (
          <p>
            {t('grids.drawn', { count: drawn })}
            {draft.preview
              ? ` · ${t('grids.changes', { retired: draft.preview.retired.length, created: draft.preview.created.length, altered: draft.preview.altered.length })}`
              : null}
          </p>
        ) : (
          <p>{t('grids.nothing')}</p>
        )}
        <Button disabled={drawn === 0} onClick={draft.clear}>
          {t('grids.clear')}
        </Button>
        <Button type="primary" disabled={drawn === 0 || draft.busy || !draft.isSound} onClick={() => setApplying(true)}>
          {t('grids.review')}
        </Button>
      </footer>
      {applying ? <ApplyDialog state={state} steps={draft.draft.steps} onClose={() => setApplying(false)} /> : null}
    </aside>
  )
}

function Faults({
  faults,
  isDraft,
  onFly
}: {
  faults: readonly RegridFault[]
  isDraft: boolean
  onFly: (fault: RegridFault) => void
}) {
  const { t } = useTranslation()
  return (
    <section className="grids-faults" aria-live="polite">
      <h2>
        {t('grids.faults')} {faults.length > 0 ? <KeyHint>F</KeyHint> : null}
      </h2>
      {faults.length === 0 ? <p className="grids-ok">{t(isDraft ? 'grids.faults.noneDraft' : 'grids.faults.none')}</p> : null}
      <ul>
        {faults.map((fault, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: faults have no name of their own and are listed anew as a whole
          <li key={i} data-severity={fault.severity}>
            <button type="button" disabled={!fault.at && !fault.geometry} onClick={() => onFly(fault)}>
              <b>{t(`grids.fault.${fault.kind}`)}</b>
              <span className="num">{fault.areaM2 === null ? '' : t('grids.m2', { n: fault.areaM2.toFixed(1) })}</span>
              <span>{fault.cells.map((key) => (key.startsWith('new-') ? t('grids.noCode') : key.slice(12))).join('、')}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
