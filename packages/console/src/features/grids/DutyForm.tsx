import type { DutyGrid, DutyGridPreview } from '@chengyun/contract/geo'
import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Checkbox, Input, Popconfirm } from 'antd'
import { useEffect, useId, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Effect } from './ApplyDialog.tsx'
import { endDutyGrid, saveDutyGrid, useDutyPreview } from './api.ts'
import { Collectors } from './Collectors.tsx'

interface Props {
  grid: Pick<DutyGrid, 'code' | 'name' | 'shift'>
  isNew: boolean
  chosen: ReadonlySet<string>
  isChanged: boolean
  loading: boolean
  /** How many unit grids it has as saved. */
  saved: number
  onToggle: (code: string) => void
  /** What is wrong with it, to be shown on the map. */
  onTold: (told: Told) => void
  onClose: () => void
}

/** Unit grids that others hold in the same shift, and those of the street that nobody would hold. */
export interface Told {
  taken: readonly string[]
  uncovered: readonly string[]
}

const NONE: DutyGridPreview['taken'] = []
const NOBODY: readonly string[] = []
/** Uncovered unit grids named at once; the map shows all. */
const MOST_NAMED = 12

/** Name, shift and unit grids of a duty grid, with what saving would change. */
export function DutyForm({ grid, isNew, chosen, isChanged, loading, saved, onToggle, onTold, onClose }: Props) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const client = useQueryClient()
  const id = useId()
  const [name, setName] = useState(grid.name)
  const [shift, setShift] = useState(grid.shift)
  const [busy, setBusy] = useState(false)
  const codes = useMemo(() => [...chosen].sort(), [chosen])
  const preview = useDutyPreview(
    loading || shift.trim() === '' ? null : { code: grid.code, shift: shift.trim(), gridCodes: codes }
  )
  const taken = preview.data?.taken ?? NONE
  const uncovered = preview.data?.uncovered ?? NOBODY
  const [accepted, setAccepted] = useState(false)
  useEffect(() => onTold({ taken: taken.map((one) => one.gridCode), uncovered }), [taken, uncovered, onTold])
  // Consent is to these and no others.
  const asked = uncovered.join()
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever others would be uncovered
  useEffect(() => setAccepted(false), [asked])
  const isDirty = isNew || isChanged || name !== grid.name || shift !== grid.shift
  const write = async (work: () => Promise<unknown>, said: string) => {
    setBusy(true)
    try {
      await work()
      void message.success(said)
      onClose()
    } catch (error) {
      void message.error((error as Error).message, 8)
      setBusy(false)
    }
    for (const key of ['duty-grids', 'duty-members', 'street-grids', 'regrid']) void client.invalidateQueries({ queryKey: [key] })
  }
  return (
    <div className="grids-form">
      <form
        id={id}
        className="grids-inputs"
        onSubmit={(e) => {
          e.preventDefault()
          void write(
            () =>
              saveDutyGrid(grid.code, {
                name: name.trim(),
                shift: shift.trim(),
                gridCodes: codes,
                ...(uncovered.length > 0 ? { acceptUncovered: accepted } : {})
              }),
            t('grids.dutySaved')
          )
        }}
      >
        <p className="num grids-sub">{grid.code}</p>
        <label htmlFor={`${id}-name`}>{t('grids.dutyName')}</label>
        <Input id={`${id}-name`} value={name} maxLength={60} onChange={(e) => setName(e.target.value)} />
        <label htmlFor={`${id}-shift`}>{t('grids.dutyShift')}</label>
        <Input id={`${id}-shift`} value={shift} maxLength={20} onChange={(e) => setShift(e.target.value)} />
      </form>
      <p className="grids-hint">{t('grids.dutyDraw')}</p>
      <p>
        <b className="num">{t('grids.count', { count: codes.length })}</b>
        {preview.data
          ? ` · ${t('grids.dutyChange', { added: preview.data.added.length, removed: preview.data.removed.length })}`
          : ''}
      </p>
      {taken.length > 0 ? (
        <div className="grids-taken" role="alert">
          <p>{t('grids.dutyTaken', { count: taken.length })}</p>
          <ul>
            {taken.map((one) => (
              <li key={one.gridCode}>
                <span className="num">{one.gridCode.slice(9)}</span> {one.name}
                <Button size="small" type="link" onClick={() => onToggle(one.gridCode)}>
                  {t('grids.dutyLeave')}
                </Button>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      {preview.data?.effects.map((effect) => (
        <Effect key={effect.follower} effect={effect} />
      ))}
      {isNew ? null : <Collectors code={grid.code} />}
      {preview.data && preview.data.rules.length > 0 ? <p>{t('grids.rules', { names: preview.data.rules.join('、') })}</p> : null}
      {uncovered.length > 0 ? (
        <div className="grids-uncovered">
          <p>{t('grids.dutyUncovered', { count: uncovered.length })}</p>
          <p className="num">
            {uncovered
              .slice(0, MOST_NAMED)
              .map((code) => code.slice(9))
              .join('、')}
            {uncovered.length > MOST_NAMED ? ' …' : ''}
          </p>
          <Checkbox checked={accepted} onChange={(e) => setAccepted(e.target.checked)}>
            {t('grids.dutyAccept')}
          </Checkbox>
        </div>
      ) : null}
      <footer>
        {isNew ? null : (
          <Popconfirm
            title={t('grids.dutyEndTitle')}
            description={t('grids.dutyEndHint', { count: saved })}
            onConfirm={() => void write(() => endDutyGrid(grid.code), t('grids.dutyEnded'))}
          >
            <Button danger type="text">
              {t('grids.dutyEnd')}
            </Button>
          </Popconfirm>
        )}
        <Button onClick={onClose}>{t('grids.back')}</Button>
        <Button
          type="primary"
          htmlType="submit"
          form={id}
          loading={busy}
          disabled={
            !isDirty ||
            codes.length === 0 ||
            taken.length > 0 ||
            (uncovered.length > 0 && !accepted) ||
            name.trim() === '' ||
            shift.trim() === ''
          }
        >
          {t('grids.save')}
        </Button>
      </footer>
    </div>
  )
}
