import type { ChangeView, RosterReport } from '@chengyun/contract/org'
import { useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Static } from 'typebox'
import { api } from '../../api/client.ts'
import { Diff } from './Diff.tsx'

/** A change somebody wants to make. */
export interface Proposal {
  title: string
  path: string
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  body?: unknown
  /** What it means in words, above the values. */
  note?: string | undefined
  /** Where an applied change is taken back; `:id` stands for the change. */
  undo?: string
}

/** What the configuration of cases answers: the thing before and after, and how many open cases stand on it. */
interface PlainPreview {
  before: Record<string, unknown> | null
  after: Record<string, unknown>
  openCases?: number
}
/** What an import answers: what it would change, and the rows it cannot take. */
interface ImportPreview {
  report: Static<typeof RosterReport>
  change: ChangeView
}
type Preview = ChangeView | PlainPreview | ImportPreview
type Applied = { id?: string | null; changeId?: string | null }

/** Shows what a change would do, applies it on consent and offers to take it back. `keys` are the lists to read again. */
export function useChange(keys: readonly string[]) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { notification, message } = App.useApp()
  const [proposal, setProposal] = useState<Proposal | null>(null)
  const [preview, setPreview] = useState<Preview | null>(null)
  const [error, setError] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  const refresh = () => keys.forEach((key) => void client.invalidateQueries({ queryKey: [key] }))
  const send = (p: Proposal, dry: boolean) =>
    api<Preview & Applied>(`${p.path}${dry ? `?preview=${/^\/(org|geo)\//.test(p.path) ? '1' : 'true'}` : ''}`, {
      method: p.method,
      ...(p.body === undefined ? {} : { body: p.body })
    })

  const propose = async (p: Proposal): Promise<boolean> => {
    setError(null)
    try {
      setPreview(await send(p, true))
      setProposal(p)
      return true
    } catch (e) {
      void message.error((e as Error).message)
      return false
    }
  }
  const undo = async (p: Proposal, id: string) => {
    try {
      await api((p.undo ?? '/org/changes/:id/undo').replace(':id', id), { method: 'POST' })
      refresh()
      void message.success(t('change.undone'))
    } catch (e) {
      void message.error((e as Error).message)
    }
  }
  const apply = async () => {
    if (!proposal) return
    setBusy(true)
    try {
      const done = await send(proposal, false)
      refresh()
      setProposal(null)
      const changeId = 'change' in done ? done.change.id : (done.id ?? done.changeId ?? null)
      const key = changeId ?? proposal.path
      notification.success({
        key,
        title: t('change.applied', { title: proposal.title }),
        duration: 12,
        actions: changeId ? (
          <Button
            size="small"
            onClick={() => {
              notification.destroy(key)
              void undo(proposal, changeId)
            }}
          >
            {t('change.undo')}
          </Button>
        ) : null
      })
    } catch (e) {
      setError((e as Error).message)
    } finally {
      setBusy(false)
    }
  }
  const dialog = (
    <Modal
      open={proposal !== null}
      title={proposal?.title}
      width={720}
      okText={t('change.apply')}
      cancelText={t('panel.cancel')}
      confirmLoading={busy}
      okButtonProps={{ disabled: preview !== null && 'report' in preview && preview.report.accepted === 0 }}
      onOk={() => void apply()}
      onCancel={() => setProposal(null)}
    >
      {error ? <Alert type="error" showIcon title={error} style={{ marginBottom: 12 }} /> : null}
      {proposal?.note ? <p className="change-report">{proposal.note}</p> : null}
      {preview ? <PreviewOf view={preview} /> : null}
    </Modal>
  )
  return { propose, dialog }
}

/** Rows of a change shown at once; an import may have thousands. */
const MOST_ROWS = 40

function PreviewOf({ view }: { view: Preview }) {
  const { t } = useTranslation()
  if ('change' in view) {
    const { accepted, rejected } = view.report
    return (
      <>
        <p className="change-report">{t('roster.report', { accepted, rejected: rejected.length })}</p>
        {rejected.length > 0 ? (
          <Alert
            type="warning"
            style={{ marginBottom: 12 }}
            title={t('roster.rejected', { n: rejected.length })}
            description={
              <ul>
                {rejected.slice(0, MOST_ROWS).map((r) => (
                  <li key={r.row}>{t('roster.nth', { n: r.row, reason: r.message })}</li>
                ))}
              </ul>
            }
          />
        ) : null}
        {accepted > 0 ? <PreviewOf view={view.change} /> : null}
      </>
    )
  }
  if (!('diff' in view)) {
    return (
      <div className="change">
        {view.openCases === undefined ? null : <p>{t('change.openCases', { n: view.openCases })}</p>}
        <Diff diff={{ table: '', id: '', label: '', before: view.before, after: view.after }} />
      </div>
    )
  }
  const { units, users, posts, sessions } = view.affected
  const touched = [
    units ? t('change.units', { n: units }) : '',
    users ? t('change.users', { n: users }) : '',
    posts ? t('change.posts', { n: posts }) : '',
    sessions ? t('change.sessions', { n: sessions }) : ''
  ].filter(Boolean)
  return (
    <div className="change">
      <p>{touched.length > 0 ? t('change.touches', { what: touched.join('、') }) : t('change.touchesNothing')}</p>
      {view.diff.slice(0, MOST_ROWS).map((d) => (
        <Diff key={`${d.table}${d.id}`} diff={d} />
      ))}
      {view.diff.length > MOST_ROWS ? <p>{t('rules.leftOut', { n: view.diff.length - MOST_ROWS })}</p> : null}
    </div>
  )
}
