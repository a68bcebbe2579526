import type { AlarmView, IncidentView } from '@chengyun/contract/alarms'
import { Button, Form, Input, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { mergeAlarms, mergeIncident, splitAlarms, takeBackMerge, useIncidents } from '../../api/alarms.ts'
import { useAct } from '../../parts/useAct.tsx'
import { usePreferences } from '../../preferences.tsx'

const KEYS = ['alarms', 'alarm', 'incident'] as const

interface Values {
  into?: string
  note: string
}

export interface MergeFormProps {
  rows: readonly AlarmView[]
  /** The whole of it goes into another; without it the rows go into one, or become one. */
  incident?: IncidentView
  onClose: () => void
  onDone: (incidentId: string) => void
}

/** Which incident alarms join, and why; it can be taken back. */
export function MergeForm({ rows, incident, onClose, onDone }: MergeFormProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const { act, busy } = useAct(KEYS)
  const others = (useIncidents(true).data?.pages.flatMap((p) => p.items) ?? []).filter((n) => n.id !== incident?.id)
  const send = async ({ into, note }: Values) => {
    const before = rows.map(({ id, incident: was }) => ({ id, incidentId: was?.id ?? null }))
    // Those that are not loaded could not be put back one by one.
    const whole = !incident || rows.length >= incident.count
    const done = await act(
      () =>
        incident && into
          ? mergeIncident(incident.id, into, note)
          : mergeAlarms(
              rows.map((r) => r.id),
              into,
              note
            ),
      {
        done: t('alarms.merged', { count: incident?.count ?? rows.length }),
        ...(whole && { undo: (made: IncidentView) => takeBackMerge(made.id, before, t('change.undo')) })
      }
    )
    if (done) onDone(done.id)
  }
  return (
    <Form<Values> layout="vertical" requiredMark={false} disabled={busy} onFinish={(v) => void send(v)}>
      <Form.Item
        name="into"
        label={t('alarms.mergeTarget')}
        rules={
          incident || rows.length < 2 ? [{ required: true, message: t('field.needed', { field: t('alarms.mergeTarget') }) }] : []
        }
      >
        <Select
          autoFocus
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          placeholder={t(incident || rows.length < 2 ? 'alarms.mergeChoose' : 'alarms.mergeNew')}
          notFoundContent={t('alarms.noOtherIncidents')}
          options={others.map((n) => ({
            value: n.id,
            label: `${t('alarms.incidentNo', { no: n.no })} · ${n.title[language]} · ${t('alarms.incidentCount', { open: n.open, count: n.count })}`
          }))}
        />
      </Form.Item>
      <Why />
      <Buttons busy={busy} onClose={onClose} text={t('alarms.do.merge')} />
    </Form>
  )
}

export interface SplitFormProps {
  rows: readonly AlarmView[]
  incident: IncidentView
  onClose: () => void
  onDone: () => void
}

/** Why alarms are no part of the happening; it can be taken back. */
export function SplitForm({ rows, incident, onClose, onDone }: SplitFormProps) {
  const { t } = useTranslation()
  const { act, busy } = useAct(KEYS)
  const send = async ({ note }: Values) => {
    const ids = rows.map((r) => r.id)
    const done = await act(() => splitAlarms(incident.id, ids, note), {
      done: t('alarms.splitDone', { count: ids.length }),
      undo: () => mergeAlarms(ids, incident.id, t('change.undo'))
    })
    if (done) onDone()
  }
  return (
    <Form<Values> layout="vertical" requiredMark={false} disabled={busy} onFinish={(v) => void send(v)}>
      <Why />
      <Buttons busy={busy} onClose={onClose} text={t('alarms.do.split')} />
    </Form>
  )
}

function Why() {
  const { t } = useTranslation()
  return (
    <Form.Item
      name="note"
      label={t('alarms.reasonLabel')}
      rules={[{ required: true, whitespace: true, message: t('alarms.reasonNeeded') }]}
    >
      <Input.TextArea autoSize={{ minRows: 2 }} maxLength={500} />
    </Form.Item>
  )
}

function Buttons({ busy, text, onClose }: { busy: boolean; text: string; onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <div className="case-panel-acts">
      <Button type="primary" htmlType="submit" loading={busy}>
        {text}
      </Button>
      <Button onClick={onClose}>{t('panel.cancel')}</Button>
    </div>
  )
}
