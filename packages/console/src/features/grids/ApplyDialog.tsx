import type { RegridEffect, RegridState, RegridStep, TouchedDutyGrid } from '@chengyun/contract/geo'
import { Skeleton, storedLanguage } from '@chengyun/ui'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Input, Modal } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { QueryError } from '../../parts/states.tsx'
import { applySteps, previewSteps } from './api.ts'

/** What would change, before it does: codes, duty grids, and everything that would lie in another unit grid. Applying needs a reason. */
export function ApplyDialog({
  state,
  steps,
  onClose
}: {
  state: RegridState
  steps: readonly RegridStep[]
  onClose: () => void
}) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const client = useQueryClient()
  const id = useId()
  const [note, setNote] = useState('')
  const [busy, setBusy] = useState(false)
  const effects = useQuery({
    queryKey: ['regrid-effects', state.communityCode, state.state, steps],
    queryFn: ({ signal }) => previewSteps(state.communityCode, steps, true, signal),
    staleTime: 0,
    gcTime: 0
  })
  const apply = async () => {
    setBusy(true)
    try {
      const done = await applySteps(state.communityCode, { steps, state: state.state, note: note.trim() })
      void message.success(t('grids.applied', { created: done.created.length, retired: done.retired.length }))
      onClose()
      for (const key of ['regrid', 'regrid-history', 'grid-lines', 'divisions'])
        void client.invalidateQueries({ queryKey: [key] })
    } catch (error) {
      void message.error((error as Error).message, 8)
      setBusy(false)
    }
  }
  return (
    <Modal
      open
      title={t('grids.reviewTitle')}
      width={680}
      onCancel={onClose}
      footer={[
        <Button key="back" onClick={onClose}>
          {t('grids.goOn')}
        </Button>,
        <Button
          key="apply"
          type="primary"
          loading={busy}
          disabled={!effects.data || note.trim().length < 2}
          onClick={() => void apply()}
        >
          {t('grids.apply')}
        </Button>
      ]}
    >
      {effects.isError ? <QueryError of={effects} /> : null}
      {effects.isPending ? <Skeleton lines={6} /> : null}
      {effects.data ? (
        <div className="grids-review">
          <p>
            {t('grids.codesEnd', { codes: effects.data.retired.map((c) => c.slice(12)).join('、') || t('grids.none') })}
            <br />
            {t('grids.codesNew', { codes: effects.data.created.map((c) => c.slice(12)).join('、') || t('grids.none') })}
            <br />
            {t('grids.codesKept', { codes: effects.data.altered.map((c) => c.slice(12)).join('、') || t('grids.none') })}
          </p>
          {effects.data.effects.map((effect) => (
            <Effect key={effect.follower} effect={effect} />
          ))}
          <Duty grids={effects.data.dutyGrids} />
          <label htmlFor={id}>{t('grids.note')}</label>
          <Input.TextArea
            id={id}
            value={note}
            maxLength={500}
            autoSize={{ minRows: 2 }}
            placeholder={t('grids.noteHint')}
            onChange={(e) => setNote(e.target.value)}
          />
        </div>
      ) : null}
    </Modal>
  )
}

/** One kind of rows: how many would lie elsewhere, and the first of them. */
export function Effect({ effect }: { effect: RegridEffect }) {
  const { t } = useTranslation()
  const name = storedLanguage() === 'en' ? effect.name.en : effect.name.zh
  return (
    <details className="grids-effect">
      <summary>
        <b>{name}</b>
        <span>{t(effect.more ? 'grids.effectMore' : 'grids.effect', { moved: effect.moved, looked: effect.looked })}</span>
      </summary>
      <ul>
        {effect.sample.map((row) => (
          <li key={row.key}>
            <span>{row.title}</span>
            <span className="num">
              {row.from?.slice(12) ?? '—'} → {row.to?.slice(12) ?? '—'}
            </span>
          </li>
        ))}
      </ul>
      {effect.moved > effect.sample.length ? <p>{t('grids.firstOf', { n: effect.sample.length, all: effect.moved })}</p> : null}
    </details>
  )
}

function Duty({ grids }: { grids: readonly TouchedDutyGrid[] }) {
  const { t } = useTranslation()
  if (grids.length === 0) return null
  return (
    <section>
      <h3>{t('grids.dutyTouched')}</h3>
      <ul className="grids-duty-touched">
        {grids.map((grid) => (
          <li key={grid.code}>
            <b>{grid.name}</b> <span>{grid.shift}</span>{' '}
            <span className="num">{t('grids.beforeAfter', { before: grid.before, after: grid.after })}</span>
            <span>
              {grid.collectors.length > 0 ? t('grids.collectors', { names: grid.collectors.join('、') }) : t('grids.noCollector')}
            </span>
            {grid.rules.length > 0 ? <span>{t('grids.rules', { names: grid.rules.join('、') })}</span> : null}
          </li>
        ))}
      </ul>
    </section>
  )
}
