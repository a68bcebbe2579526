import type { Rule, RuleView } from '@chengyun/contract/alarms'
import { formatNumber, Skeleton } from '@chengyun/ui'
import { Alert, Button, Input, Popconfirm, Segmented } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { api } from '../../api/client.ts'
import { blankRule, ruleAddress, useRule, useRuleCheck } from '../../api/rules.ts'
import { useMay } from '../../api/session.ts'
import { useTemplates } from '../../api/streams.ts'
import { QueryError } from '../../parts/states.tsx'
import { useAct } from '../../parts/useAct.tsx'
import { usePreferences } from '../../preferences.tsx'
import { DryRun } from './DryRun.tsx'
import { OnOff } from './OnOff.tsx'
import { RuleFigures } from './RuleFigures.tsx'
import { RuleForm } from './RuleForm.tsx'
import { Versions } from './Versions.tsx'

const CITY = 'city'
const CHECK_MS = 400

/** One rule: its form beside its JSON, tried over history, its versions. */
export function RulePage({ id }: { id: string | null }) {
  const found = useRule(id)
  const templates = useTemplates()
  if (id === null) {
    if (templates.isPending) return <Skeleton lines={10} />
    const first = templates.data?.[0]
    return <Editor view={null} start={blankRule(first?.type ?? '', first?.key ?? '')} />
  }
  if (found.isPending) return <Skeleton lines={12} />
  if (found.isError && !found.data) return <QueryError of={found} />
  return <Editor key={found.data.version} view={found.data} start={found.data.rule} />
}

type Tab = 'edit' | 'dry' | 'versions'

function Editor({ view, start }: { view: RuleView | null; start: Rule }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const [draft, setDraft] = useState<unknown>(start)
  const [tab, setTab] = useState<Tab>('edit')
  const mayCheck = useMay()('alarms:config')
  const changed = JSON.stringify(draft) !== JSON.stringify(start)
  const checked = useRuleCheck(useSlow(draft, CHECK_MS), mayCheck)
  const faults = checked.data?.faults ?? []
  const editable = view === null || (view.can.edit && view.pack === CITY)
  const tabs: Tab[] = ['edit', ...(mayCheck ? (['dry'] as const) : []), ...(view ? (['versions'] as const) : [])]
  return (
    <div className="rule-page">
      <header>
        <p>
          <Link href="/admin/alarm-rules">{t('admin.alarm-rules')}</Link> · {view?.id ?? t('arules.add')}
        </p>
        <h2>
          {view ? view.rule.name[language] : t('arules.add')}{' '}
          {view ? <small>{t('arules.versionOf', { version: view.version, n: formatNumber(view.streams) })}</small> : null}{' '}
          {view ? <OnOff rule={view} /> : null}
        </h2>
        {view ? <RuleFigures id={view.id} /> : null}
        <Segmented value={tab} options={tabs.map((value) => ({ value, label: t(`arules.tab.${value}`) }))} onChange={setTab} />
      </header>
      {!editable ? (
        <Alert type="info" showIcon title={t(view?.pack === CITY ? 'arules.readOnly' : 'arules.ofPack', { pack: view?.pack })} />
      ) : null}
      {tab === 'edit' ? (
        <div className="rule-cols">
          <fieldset disabled={!editable} className="rule-plain">
            <RuleForm slot={{ value: draft, set: setDraft }} fixedKey={view !== null} />
          </fieldset>
          <aside>
            <Faults faults={faults} streams={checked.data?.streams ?? null} error={checked.error?.message ?? null} />
            {editable ? <Save view={view} draft={draft} blocked={faults.length > 0 || (!changed && view !== null)} /> : null}
            <Json draft={draft} onChange={editable ? setDraft : null} />
          </aside>
        </div>
      ) : null}
      {tab === 'dry' ? <DryRun draft={draft as Rule} compareWith={view?.id ?? null} blocked={faults.length > 0} /> : null}
      {tab === 'versions' && view ? <Versions id={view.id} /> : null}
    </div>
  )
}

/** A value once it has stood still for a while. */
function useSlow<T>(value: T, ms: number): T {
  const [slow, setSlow] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSlow(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return slow
}

interface FaultsProps {
  faults: readonly { path: string; zh: string; en: string }[]
  streams: number | null
  error: string | null
}

/** What is wrong with the draft, in sentences; where nothing is, what it would watch. */
function Faults({ faults, streams, error }: FaultsProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  if (error) return <Alert type="error" showIcon title={error} />
  if (faults.length === 0)
    return streams === null ? null : <Alert type="success" showIcon title={t('arules.fine', { n: formatNumber(streams) })} />
  return (
    <Alert
      type="warning"
      showIcon
      title={t('arules.faults', { n: faults.length })}
      description={
        <ul className="rule-faults">
          {faults.map((f) => (
            <li key={f.path + f.en}>
              {f[language]} <code>{f.path}</code>
            </li>
          ))}
        </ul>
      }
    />
  )
}

function Json({ draft, onChange }: { draft: unknown; onChange: ((draft: unknown) => void) | null }) {
  const { t } = useTranslation()
  const [text, setText] = useState<string | null>(null)
  const shown = text ?? JSON.stringify(draft, null, 2)
  return (
    <div className="rule-json">
      <h3>{t('arules.json')}</h3>
      <Input.TextArea
        autoSize={{ minRows: 12, maxRows: 36 }}
        spellCheck={false}
        readOnly={onChange === null}
        value={shown}
        aria-label={t('arules.json')}
        status={text === null ? '' : 'error'}
        onBlur={() => text !== null && setText(null)}
        onChange={(e) => {
          try {
            onChange?.(JSON.parse(e.target.value))
            setText(null)
          } catch {
            // Half written: kept as it is until it is JSON again, or left.
            setText(e.target.value)
          }
        }}
      />
    </div>
  )
}

function Save({ view, draft, blocked }: { view: RuleView | null; draft: unknown; blocked: boolean }) {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const { act, busy } = useAct(['alarm-rules'])
  const [note, setNote] = useState('')
  const said = note.trim() === '' ? {} : { note: note.trim() }
  const save = async () => {
    const made = await act(
      () =>
        view
          ? api<RuleView>(`/alarms/rules/${view.id}`, { method: 'PUT', body: { version: view.version, rule: draft, ...said } })
          : api<RuleView>('/alarms/rules', { body: { rule: draft, enabled: false, ...said } }),
      { done: t(view ? 'arules.saved' : 'arules.made') }
    )
    if (made && !view) navigate(ruleAddress(made.id), { replace: true })
  }
  const remove = async () => {
    const done = await act(
      async () => (await api(`/alarms/rules/${view?.id}/remove`, { body: { version: view?.version, ...said } })) ?? true,
      { done: t('arules.removed') }
    )
    if (done) navigate('/admin/alarm-rules')
  }
  return (
    <div className="rule-save">
      <Input
        value={note}
        maxLength={500}
        placeholder={t('arules.note')}
        aria-label={t('arules.note')}
        onChange={(e) => setNote(e.target.value)}
      />
      <Button type="primary" disabled={blocked} loading={busy} onClick={() => void save()}>
        {t(view ? 'arules.saveVersion' : 'arules.create')}
      </Button>
      {view ? (
        <Popconfirm title={t('arules.removeSure')} onConfirm={() => void remove()}>
          <Button danger type="text" loading={busy}>
            {t('streams.remove')}
          </Button>
        </Popconfirm>
      ) : null}
    </div>
  )
}
