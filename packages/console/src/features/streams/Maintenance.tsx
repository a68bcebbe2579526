import type { StreamView } from '@chengyun/contract/streams'
import { formatDateTime } from '@chengyun/ui'
import { Button, DatePicker, Form, Input, Select } from 'antd'
import dayjs, { type Dayjs } from 'dayjs'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { useAct } from '../../parts/useAct.tsx'

const HOURS = [1, 4, 8, 24, 72] as const
const HOUR = 3_600_000
/** Of the list of lengths: at a moment of one's own. */
const WHEN = -1

interface Values {
  hours: number
  at?: Dayjs
  reason: string
}

/** Somebody works at the thing: its readings are kept as such and raise no alarms until then. */
export function Maintenance({ streams }: { streams: readonly StreamView[] }) {
  const { t } = useTranslation()
  const { act, busy } = useAct(['streams'])
  const [open, setOpen] = useState(false)
  const [form] = Form.useForm<Values>()
  const hours = Form.useWatch('hours', form)
  const until = streams.find((s) => s.maintenanceUntil && Date.parse(s.maintenanceUntil) > Date.now())?.maintenanceUntil ?? null
  const send = async ({ hours, at, reason }: Values) => {
    const body = {
      streams: streams.map((s) => s.id),
      until: hours === 0 ? null : hours === WHEN && at ? at.toISOString() : new Date(Date.now() + hours * HOUR).toISOString(),
      reason
    }
    await act(() => api('/streams/maintenance', { body }), {
      done: t(hours === 0 ? 'streams.maintenanceEnded' : 'streams.maintenanceSet')
    })
    setOpen(false)
  }
  return (
    <section>
      <h3>{t('streams.maintenance')}</h3>
      <p className="streams-note">
        {until ? t('streams.maintenanceUntil', { at: formatDateTime(until) }) : t('streams.maintenanceHint')}
      </p>
      {open ? (
        <Form
          form={form}
          layout="vertical"
          disabled={busy}
          requiredMark={false}
          initialValues={{ hours: until ? 0 : 4 }}
          onFinish={send}
        >
          <Form.Item name="hours" label={t('streams.maintenanceFor')}>
            <Select
              options={[
                ...(until ? [{ value: 0, label: t('streams.maintenanceEnd') }] : []),
                ...HOURS.map((value) => ({ value, label: t('streams.hours', { n: value }) })),
                { value: WHEN, label: t('streams.maintenanceUntilWhen') }
              ]}
            />
          </Form.Item>
          {hours === WHEN ? (
            <Form.Item
              name="at"
              label={t('streams.maintenanceAt')}
              rules={[{ required: true, message: t('field.needed', { field: t('streams.maintenanceAt') }) }]}
            >
              <DatePicker showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" minDate={dayjs()} />
            </Form.Item>
          ) : null}
          <Form.Item name="reason" label={t('streams.reason')} rules={[{ required: true, message: t('alarms.reasonNeeded') }]}>
            <Input maxLength={500} />
          </Form.Item>
          <Button type="primary" size="small" htmlType="submit" loading={busy}>
            {t('streams.save')}
          </Button>{' '}
          <Button size="small" onClick={() => setOpen(false)}>
            {t('panel.cancel')}
          </Button>
        </Form>
      ) : (
        <Button size="small" onClick={() => setOpen(true)}>
          {t(until ? 'streams.maintenanceEnd' : 'streams.maintenanceBegin')}
        </Button>
      )}
    </section>
  )
}
