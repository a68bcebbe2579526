import type { DutyGrid } from '@chengyun/contract/geo'
import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Input, Popconfirm } from 'antd'
import { useId, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Effect } from './ApplyDialog.tsx'
import { endDutyGrid, saveDutyGrid, useDutyPreview } from './api.ts'

interface Props {
  grid: Pick<DutyGrid, 'code' | 'name' | 'shift'>
  isNew: boolean
  chosen: ReadonlySet<string>
  isChanged: boolean
  loading: boolean
  onToggle: (code: string) => void
  onClose: () => void
}

/** Name, shift and unit grids of a duty grid, with what saving would change. */
export function DutyForm({ grid, isNew, chosen, isChanged, loading, onToggle, onClose }: Props) {
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
  const taken = preview.data?.taken ?? []
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
    <form
      className="grids-form"
      onSubmit={(e) => {
        e.preventDefault()
        void write(
          () => saveDutyGrid(grid.code, { name: name.trim(), shift: shift.trim(), gridCodes: codes }),
          t('grids.dutySaved')
        )
      }}
    >
      <p className="num grids-sub">{grid.code}</p>
      <label htmlFor={`${id}-name`}>{t('grids.dutyName')}</label>
      <Input id={`${id}-name`} value={name} maxLength={60} onChange={(e) => setName(e.target.value)} />
      <label htmlFor={`${id}-shift`}>{t('grids.dutyShift')}</label>
      <Input id={`${id}-shift`} value={shift} maxLength={20} onChange={(e) => setShift(e.target.value)} />
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
      {preview.data ? (
        <section>
          <h3>{t('grids.dutyCollectors')}</h3>
          {preview.data.collectors.length === 0 ? <p>{t('grids.noCollector')}</p> : null}
          <ul className="grids-collectors">
            {preview.data.collectors.map((one) => (
              <li key={one.name}>
                {one.name} <em>{t(one.isPrimary ? 'grids.primary' : 'grids.secondary')}</em>
              </li>
            ))}
          </ul>
          {preview.data.rules.length > 0 ? <p>{t('grids.rules', { names: preview.data.rules.join('、') })}</p> : null}
        </section>
      ) : null}
      <footer>
        {isNew ? null : (
          <Popconfirm
            title={t('grids.dutyEndTitle')}
            description={t('grids.dutyEndHint')}
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
          loading={busy}
          disabled={!isDirty || codes.length === 0 || taken.length > 0 || name.trim() === '' || shift.trim() === ''}
        >
          {t('grids.save')}
        </Button>
      </footer>
    </form>
  )
}
