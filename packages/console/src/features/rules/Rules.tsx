import type { RuleFile, RuleImportView } from '@chengyun/contract/alarms'
import { EmptyState, formatDateTime, formatNumber, LevelLamp, Skeleton } from '@chengyun/ui'
import { App, Button, Input, Select } from 'antd'
import { useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Static } from 'typebox'
import { Link, useLocation, useRoute } from 'wouter'
import { api, query } from '../../api/client.ts'
import { ruleAddress, useRules } from '../../api/rules.ts'
import { useMay } from '../../api/session.ts'
import { QueryError } from '../../parts/states.tsx'
import { useAct } from '../../parts/useAct.tsx'
import { usePreferences } from '../../preferences.tsx'
import { useTypeName } from '../streams/observed.ts'
import { OnOff } from './OnOff.tsx'
import { RulePage } from './RulePage.tsx'
import './rules.css'

/** Rules of alarms (报警规则): what there is by pack and register, one of them as a form. */
export default function Rules() {
  const [, params] = useRoute<{ rule?: string }>('/admin/alarm-rules/:rule?')
  const open = params?.rule ?? null
  if (open !== null) return <RulePage key={open} id={open === 'new' ? null : open.replace('~', '/')} />
  return <RuleList />
}

function RuleList() {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const may = useMay()
  const [, navigate] = useLocation()
  const [q, setQ] = useState('')
  const [pack, setPack] = useState<string | null>(null)
  const [type, setType] = useState<string | null>(null)
  const found = useRules()
  const nameOf = useTypeName()
  const all = found.data ?? []
  const rows = useMemo(() => {
    const word = q.trim().toLowerCase()
    return all.filter(
      (r) =>
        (pack === null || r.pack === pack) &&
        (type === null || r.rule.on.type === type) &&
        (word === '' || `${r.id} ${r.rule.name.zh} ${r.rule.name.en} ${r.rule.on.stream}`.toLowerCase().includes(word))
    )
  }, [all, q, pack, type])
  const packs = [...new Set(all.map((r) => r.pack))]
  const types = [...new Set(all.map((r) => r.rule.on.type))]
  if (found.isPending) return <Skeleton lines={10} />
  if (found.isError && !found.data) return <QueryError of={found} />
  return (
    <>
      <div className="admin-tools">
        <Input
          style={{ width: 220 }}
          value={q}
          placeholder={t('arules.search')}
          aria-label={t('arules.search')}
          onChange={(e) => setQ(e.target.value)}
        />
        <Select
          allowClear
          style={{ width: 140 }}
          value={pack}
          placeholder={t('alarms.filter.pack')}
          aria-label={t('alarms.filter.pack')}
          options={packs.map((value) => ({ value, label: value === 'city' ? t('arules.city') : value }))}
          onChange={(v: string | undefined) => setPack(v ?? null)}
        />
        <Select
          allowClear
          style={{ width: 160 }}
          value={type}
          placeholder={t('alarms.filter.type')}
          aria-label={t('alarms.filter.type')}
          options={types.map((value) => ({ value, label: nameOf(value) }))}
          onChange={(v: string | undefined) => setType(v ?? null)}
        />
        <Button href={`/api/alarms/rules/export${query({ pack, type })}`} download="rules.json">
          {t('arules.export')}
        </Button>
        {may('alarms:config') ? (
          <>
            <Import />
            <Button type="primary" onClick={() => navigate('/admin/alarm-rules/new')}>
              {t('arules.add')}
            </Button>
          </>
        ) : null}
      </div>
      {rows.length === 0 ? <EmptyState title={t('arules.none')} hint={t('arules.noneHint')} /> : null}
      {rows.length > 0 ? (
        <table className="rules-table">
          <thead>
            <tr>
              {['rule', 'watches', 'condition', 'levels', 'streams', 'pack', 'version', 'on'].map((c) => (
                <th key={c} scope="col">
                  {t(`arules.col.${c}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((r) => (
              <tr key={r.id} className={r.enabled ? '' : 'off'}>
                <th scope="row">
                  <Link href={ruleAddress(r.id)}>{r.rule.name[language]}</Link>
                  <small>{r.id}</small>
                </th>
                <td>
                  {nameOf(r.rule.on.type)} · {r.rule.on.stream}
                </td>
                <td>{t(`alarms.kind.${r.rule.condition.kind}`)}</td>
                <td>
                  <span className="rules-levels">
                    {r.rule.condition.levels.map((l) => (
                      <LevelLamp key={l.level} level={l.level} />
                    ))}
                  </span>
                </td>
                <td className="num">{formatNumber(r.streams)}</td>
                <td>{r.pack === 'city' ? t('arules.city') : r.pack}</td>
                <td title={formatDateTime(r.updatedAt)}>{r.version}</td>
                <td>
                  <OnOff rule={r} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
    </>
  )
}

/** A file of rules: those that are new are added, those that differ are changed, all or none. */
function Import() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const { act, busy } = useAct(['alarm-rules'])
  const input = useRef<HTMLInputElement>(null)
  const take = async (file: File | undefined) => {
    if (!file) return
    let body: RuleFile
    try {
      body = JSON.parse(await file.text()) as RuleFile
    } catch {
      void message.error(t('streams.notJson'))
      return
    }
    const done = await act(() => api<Static<typeof RuleImportView>>('/alarms/rules/import', { body }), {
      done: t('arules.imported')
    })
    if (done)
      void message.info(
        t('arules.importResult', { created: done.created.length, changed: done.changed.length, same: done.same.length }),
        8
      )
  }
  return (
    <>
      <Button loading={busy} onClick={() => input.current?.click()}>
        {t('arules.import')}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        accept="application/json,.json"
        aria-label={t('arules.import')}
        onChange={(e) => {
          void take(e.target.files?.[0])
          e.target.value = ''
        }}
      />
    </>
  )
}
