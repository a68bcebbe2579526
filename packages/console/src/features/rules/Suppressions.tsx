import type { SuppressionScope, SuppressionView } from '@chengyun/contract/alarms'
import { EmptyState, formatDateTime, formatNumber, Skeleton } from '@chengyun/ui'
import { useQuery } from '@tanstack/react-query'
import { Button, DatePicker, Form, Input, Select } from 'antd'
import dayjs, { type Dayjs } from 'dayjs'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'wouter'
import { api } from '../../api/client.ts'
import { useDistricts } from '../../api/reference.ts'
import { useRules } from '../../api/rules.ts'
import { useMay } from '../../api/session.ts'
import { FormModal } from '../../parts/FormModal.tsx'
import { QueryError } from '../../parts/states.tsx'
import { useAct } from '../../parts/useAct.tsx'
import { usePreferences } from '../../preferences.tsx'
import { Reason } from '../alarms/CommandForm.tsx'
import { useTypeOptions } from './options.ts'
import './rules.css'

/** Suppression windows (屏蔽): alarms of works and tests are hidden and recorded while they last. */
export default function Suppressions() {
  const { t } = useTranslation()
  const may = useMay()
  const [params] = useSearchParams()
  const item = params.get('item')
  const [adding, setAdding] = useState(item !== null)
  const found = useQuery({
    queryKey: ['suppressions'],
    queryFn: async ({ signal }) => (await api<{ items: SuppressionView[] }>('/alarms/suppressions', { signal })).items
  })
  if (found.isPending) return <Skeleton lines={6} />
  if (found.isError && !found.data) return <QueryError of={found} />
  const rows = found.data
  return (
    <>
      {may('alarms:handle') ? (
        <div className="admin-tools">
          <Button type="primary" onClick={() => setAdding(true)}>
            {t('arules.suppress')}
          </Button>
        </div>
      ) : null}
      {rows.length === 0 ? <EmptyState title={t('arules.noSuppressions')} hint={t('arules.noSuppressionsHint')} /> : null}
      {rows.length > 0 ? (
        <table className="rules-table">
          <thead>
            <tr>
              {['scope', 'reason', 'span', 'state', 'hidden', 'by'].map((c) => (
                <th key={c} scope="col">
                  {t(`arules.col.${c}`)}
                </th>
              ))}
              <th scope="col" />
            </tr>
          </thead>
          <tbody>
            {rows.map((s) => (
              <tr key={s.id} className={s.state === 'ended' ? 'off' : ''}>
                <td>
                  <ScopeText scope={s.scope} />
                </td>
                <td>{s.reason}</td>
                <td>
                  {formatDateTime(s.startsAt)} – {formatDateTime(s.endsAt)}
                  {s.weekly ? <small> {`${s.weekly.from}–${s.weekly.to}`}</small> : null}
                </td>
                <td>{t(`arules.suppression.${s.state}`)}</td>
                <td className="num">{formatNumber(s.hidden)}</td>
                <td>{s.createdBy}</td>
                <td>{s.can.includes('end') ? <End suppression={s} /> : null}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
      {adding ? <Add itemId={item} itemName={params.get('name')} onClose={() => setAdding(false)} /> : null}
    </>
  )
}

function ScopeText({ scope }: { scope: SuppressionScope }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const rules = useRules().data
  const types = useTypeOptions()
  const districts = useDistricts()
  const parts = [
    ...(scope.ruleIds ?? []).map((id) => rules?.find((r) => r.id === id)?.rule.name[language] ?? id),
    ...(scope.packs ?? []),
    ...(scope.typeIds ?? []).map((id) => String(types.find((o) => o.value === id)?.label ?? id)),
    ...(scope.areas ?? []).map((code) => districts.find((d) => d.code === code)?.name ?? code),
    ...(scope.itemIds ? [t('arules.someItems', { n: scope.itemIds.length })] : []),
    ...(scope.streamIds ? [t('arules.someStreams', { n: scope.streamIds.length })] : [])
  ]
  return <>{parts.join(' · ')}</>
}

function End({ suppression }: { suppression: SuppressionView }) {
  const { t } = useTranslation()
  const { act, busy } = useAct(['suppressions', 'alarms'])
  const [note, setNote] = useState<string | null>(null)
  if (note === null)
    return (
      <Button size="small" type="text" onClick={() => setNote('')}>
        {t('arules.endIt')}
      </Button>
    )
  return (
    <Input.Search
      size="small"
      autoFocus
      maxLength={500}
      placeholder={t('streams.reason')}
      aria-label={t('streams.reason')}
      enterButton={t('arules.endIt')}
      loading={busy}
      value={note}
      onChange={(e) => setNote(e.target.value)}
      onSearch={(v) =>
        v.trim() !== '' &&
        void act(() => api(`/alarms/suppressions/${suppression.id}/end`, { body: { note: v.trim() } }), {
          done: t('arules.ended')
        })
      }
    />
  )
}

interface Values {
  ruleIds?: string[]
  typeIds?: string[]
  areas?: string[]
  span: [Dayjs, Dayjs]
  weekly?: string
  reason: string
}

function Add({ itemId, itemName, onClose }: { itemId: string | null; itemName: string | null; onClose: () => void }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const { act, busy } = useAct(['suppressions', 'alarms'])
  const rules = useRules().data ?? []
  const types = useTypeOptions()
  const districts = useDistricts()
  const save = async ({ ruleIds, typeIds, areas, span, weekly, reason }: Values) => {
    const hours = /^(\d\d:\d\d)\D+(\d\d:\d\d)$/.exec(weekly?.trim() ?? '')
    const body = {
      scope: {
        ...(ruleIds?.length && { ruleIds }),
        ...(typeIds?.length && { typeIds }),
        ...(areas?.length && { areas }),
        ...(itemId && { itemIds: [itemId] })
      },
      reason,
      startsAt: span[0].toISOString(),
      endsAt: span[1].toISOString(),
      ...(hours && { weekly: { from: hours[1], to: hours[2] } })
    }
    const done = await act(() => api<SuppressionView>('/alarms/suppressions', { body }), { done: t('arules.suppressed') })
    if (done) onClose()
  }
  const some = ({ getFieldValue }: { getFieldValue: (name: string) => unknown }) => ({
    validator: () =>
      itemId || ['ruleIds', 'typeIds', 'areas'].some((k) => ((getFieldValue(k) as unknown[] | undefined)?.length ?? 0) > 0)
        ? Promise.resolve()
        : Promise.reject(new Error(t('arules.scopeNeeded')))
  })
  return (
    <FormModal
      title={t('arules.suppress')}
      hint={t('arules.suppressHint')}
      busy={busy}
      initialValues={{ span: [dayjs(), dayjs().add(4, 'hour')] as [Dayjs, Dayjs] }}
      onClose={onClose}
      onSend={save}
    >
      {itemId ? <p>{t('arules.onlyItem', { name: itemName ?? itemId })}</p> : null}
      <Form.Item name="ruleIds" label={t('alarms.filter.rule')} rules={[some]}>
        <Select
          mode="multiple"
          showSearch={{ optionFilterProp: 'label' }}
          options={rules.map((r) => ({ value: r.id, label: `${r.rule.name[language]} ${r.id}` }))}
        />
      </Form.Item>
      <Form.Item name="typeIds" label={t('alarms.filter.type')}>
        <Select mode="multiple" options={types} showSearch={{ optionFilterProp: 'label' }} />
      </Form.Item>
      <Form.Item name="areas" label={t('filter.district')}>
        <Select mode="multiple" options={districts.map((d) => ({ value: d.code, label: d.name }))} />
      </Form.Item>
      <Form.Item name="span" label={t('arules.col.span')} rules={[{ required: true }]}>
        <DatePicker.RangePicker showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" style={{ width: '100%' }} />
      </Form.Item>
      <Form.Item
        name="weekly"
        label={t('arules.daily')}
        extra={t('arules.dailyHint')}
        rules={[{ pattern: /^\s*\d\d:\d\d\D+\d\d:\d\d\s*$/, message: t('arules.dailyHint') }]}
      >
        <Input maxLength={20} />
      </Form.Item>
      <Reason />
    </FormModal>
  )
}
