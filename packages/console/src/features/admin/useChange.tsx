import type { ChangeView, RowDiff } from '@chengyun/contract/org'
import { useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'

/** A change somebody wants to make. */
export interface Proposal {
  title: string
  path: string
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  body?: unknown
  /** Where an applied change is taken back; `:id` stands for the change. */
  undo?: string
}

/** What the configuration of cases answers: the thing before and after, and how many open cases stand on it. */
interface PlainPreview {
  before: Record<string, unknown> | null
  after: Record<string, unknown>
  openCases?: number
}
type Preview = ChangeView | PlainPreview
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
    api<Preview & Applied>(`${p.path}${dry ? `?preview=${p.path.startsWith('/org') ? '1' : 'true'}` : ''}`, {
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
      const changeId = done.id ?? done.changeId ?? null
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
      onOk={() => void apply()}
      onCancel={() => setProposal(null)}
    >
      {error ? <Alert type="error" showIcon title={error} style={{ marginBottom: 12 }} /> : null}
      {preview ? <PreviewOf view={preview} /> : null}
    </Modal>
  )
  return { propose, dialog }
}

function PreviewOf({ view }: { view: Preview }) {
  const { t } = useTranslation()
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
      {view.diff.map((d) => (
        <Diff key={`${d.table}${d.id}`} diff={d} />
      ))}
    </div>
  )
}

const show = (value: unknown): string =>
  value === null || value === undefined ? '–' : typeof value === 'object' ? JSON.stringify(value) : String(value)

function Diff({ diff }: { diff: RowDiff }) {
  const { t } = useTranslation()
  const keys = [...new Set([...Object.keys(diff.before ?? {}), ...Object.keys(diff.after ?? {})])].filter(
    (k) => show(diff.before?.[k]) !== show(diff.after?.[k])
  )
  const name = (key: string) => t(`column.${key}`, { defaultValue: key })
  return (
    <table className="diff">
      <caption>
        {diff.label} {diff.before === null ? t('change.isNew') : diff.after === null ? t('change.goes') : ''}
      </caption>
      <tbody>
        {keys.map((k) => (
          <tr key={k}>
            <th scope="row">{name(k)}</th>
            {diff.before ? (
              <td>
                <del>{show(diff.before[k])}</del>
              </td>
            ) : null}
            <td>
              <ins>{show(diff.after?.[k])}</ins>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
