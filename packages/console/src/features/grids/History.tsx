import type { RegridEntry } from '@chengyun/contract/geo'
import { formatDateTime } from '@chengyun/ui'
import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Input, Popover, Progress } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { undoChange, useRegridHistory } from './api.ts'

/** What was changed in a community, how far its rows are located anew, and the way back from the last change. */
export function History({ community }: { community: string }) {
  const { t } = useTranslation()
  const history = useRegridHistory(community)
  if (!history.data || history.data.length === 0) return null
  return (
    <section className="grids-history">
      <h2>{t('grids.history')}</h2>
      <ol>
        {history.data.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ol>
    </section>
  )
}

function Entry({ entry }: { entry: RegridEntry }) {
  const { t } = useTranslation()
  const open = entry.progress.filter((p) => !p.finished)
  const total = entry.progress.reduce((sum, p) => sum + p.total, 0)
  const done = entry.progress.reduce((sum, p) => sum + p.done, 0)
  const moved = entry.progress.reduce((sum, p) => sum + p.moved, 0)
  return (
    <li data-undone={entry.undone}>
      <p>
        <b>{entry.note}</b>
        {entry.undone ? <em>{t('grids.wasUndone')}</em> : null}
        {entry.undoes ? <em>{t('grids.isUndo')}</em> : null}
      </p>
      <p>
        {formatDateTime(entry.at)} · {entry.by} ·{' '}
        {t('grids.changes', { retired: entry.retired.length, created: entry.created.length, altered: entry.altered.length })}
      </p>
      {open.length > 0 ? (
        <Progress percent={total === 0 ? 0 : Math.floor((done / total) * 100)} size="small" aria-label={t('grids.locating')} />
      ) : (
        <p>{t('grids.located', { moved })}</p>
      )}
      {entry.canUndo ? <UndoButton id={entry.id} /> : null}
    </li>
  )
}

function UndoButton({ id }: { id: string }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const client = useQueryClient()
  const [open, setOpen] = useState(false)
  const [note, setNote] = useState('')
  const undo = async () => {
    try {
      await undoChange(id, note.trim())
      void message.success(t('grids.undone'))
      setOpen(false)
    } catch (error) {
      void message.error((error as Error).message, 8)
    }
    for (const key of ['regrid', 'regrid-history', 'grid-lines', 'divisions']) void client.invalidateQueries({ queryKey: [key] })
  }
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      title={t('grids.undoTitle')}
      content={
        <form
          className="grids-undo"
          onSubmit={(e) => {
            e.preventDefault()
            void undo()
          }}
        >
          <p>{t('grids.undoHint')}</p>
          <Input
            value={note}
            maxLength={500}
            aria-label={t('grids.note')}
            placeholder={t('grids.note')}
            onChange={(e) => setNote(e.target.value)}
          />
          <Button type="primary" htmlType="submit" disabled={note.trim().length < 2}>
            {t('grids.undoDo')}
          </Button>
        </form>
      }
    >
      <Button size="small">{t('grids.undoDo')}</Button>
    </Popover>
  )
}
