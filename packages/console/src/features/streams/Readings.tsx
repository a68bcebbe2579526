import type { ReadingView, STREAM_STATES, StreamView } from '@chengyun/contract/streams'
import { formatDateTime, formatNumber, Skeleton } from '@chengyun/ui'
import { Button, Form, Input, InputNumber, Modal, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Span } from '../../api/alarms.ts'
import { api } from '../../api/client.ts'
import { useReadings } from '../../api/streams.ts'
import { LoadMore, QueryError } from '../../parts/states.tsx'
import { useAct } from '../../parts/useAct.tsx'
import { usePreferences } from '../../preferences.tsx'
import { StateMark } from './StateMark.tsx'
import { resultText } from './words.ts'

const AS = [
  'manual',
  'good',
  'outOfRange',
  'fault',
  'calibration',
  'maintenance'
] as const satisfies readonly (typeof STREAM_STATES)[number][]

/** The single readings behind the chart, the newest first; one of them can be put right. */
export function Readings({ stream, span }: { stream: StreamView; span: Span }) {
  const { t } = useTranslation()
  const [shown, setShown] = useState(false)
  return (
    <section>
      <Button size="small" type="link" aria-expanded={shown} onClick={() => setShown(!shown)}>
        {t(shown ? 'streams.hideReadings' : 'streams.showReadings')}
      </Button>
      {shown ? <Table stream={stream} span={span} /> : null}
    </section>
  )
}

function Table({ stream, span }: { stream: StreamView; span: Span }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const found = useReadings(stream.id, span)
  const [open, setOpen] = useState<ReadingView | null>(null)
  const rows = found.data?.pages.flatMap((p) => p.items) ?? []
  if (found.isPending) return <Skeleton lines={6} />
  if (found.isError && rows.length === 0) return <QueryError of={found} />
  const may = stream.can.includes('correct')
  return (
    <>
      <table className="streams-table">
        <thead>
          <tr>
            <th scope="col">{t('streams.at')}</th>
            <th scope="col" className="num">
              {t('streams.value')} {stream.unit.symbol ?? ''}
            </th>
            <th scope="col">{t('streams.quality')}</th>
            {may ? <th scope="col" /> : null}
          </tr>
        </thead>
        <tbody>
          {rows.map((r) => (
            <tr key={r.at}>
              <td>{formatDateTime(r.at, true)}</td>
              <td className="num">
                {r.value === null
                  ? r.result === undefined
                    ? '–'
                    : (resultText({ ...stream, latest: { ...r, receivedAt: r.at, changedAt: r.at } }, language) ?? '–')
                  : formatNumber(r.value, stream.decimals ?? 2)}
              </td>
              <td>
                <StateMark state={r.quality} />
              </td>
              {may ? (
                <td>
                  <Button size="small" type="text" onClick={() => setOpen(r)}>
                    {t('streams.correct')}
                  </Button>
                </td>
              ) : null}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length === 0 ? <p className="streams-note">{t('streams.noReadings')}</p> : null}
      <LoadMore list={found} />
      {open ? <Correct stream={stream} reading={open} onClose={() => setOpen(null)} /> : null}
    </>
  )
}

interface CorrectProps {
  stream: StreamView
  reading: ReadingView
  onClose: () => void
}

/** A reading put right, or taken out; what was there before stays on the audit trail. */
function Correct({ stream, reading, onClose }: CorrectProps) {
  const { t } = useTranslation()
  const { act, busy } = useAct(['streams', 'alarms'])
  const [form] = Form.useForm<{ value: number | null; quality: string; reason: string }>()
  const path = `/streams/${stream.id}/readings/${Date.parse(reading.at)}`
  const save = async ({ value, quality, reason }: { value: number | null; quality: string; reason: string }) => {
    const done = await act(
      async () => (await api(path, { method: 'PATCH', body: { value: value ?? null, quality, reason } })) ?? true,
      {
        done: t('streams.corrected')
      }
    )
    if (done) onClose()
  }
  const remove = async () => {
    const { reason } = await form.validateFields(['reason'])
    const done = await act(async () => (await api(`${path}/remove`, { body: { reason } })) ?? true, {
      done: t('streams.removed')
    })
    if (done) onClose()
  }
  return (
    <Modal
      open
      title={t('streams.correctAt', { at: formatDateTime(reading.at, true) })}
      onCancel={onClose}
      footer={[
        <Button key="remove" danger loading={busy} onClick={() => void remove()}>
          {t('streams.takeOut')}
        </Button>,
        <Button key="save" type="primary" loading={busy} onClick={() => form.submit()}>
          {t('streams.save')}
        </Button>
      ]}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ value: reading.value, quality: 'manual' }}
        onFinish={save}
      >
        <Form.Item name="value" label={`${t('streams.value')} ${stream.unit.symbol ?? ''}`}>
          <InputNumber autoFocus style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item name="quality" label={t('streams.quality')}>
          <Select options={AS.map((value) => ({ value, label: t(`streams.state.${value}`) }))} />
        </Form.Item>
        <Form.Item name="reason" label={t('streams.reason')} rules={[{ required: true, message: t('alarms.reasonNeeded') }]}>
          <Input.TextArea autoSize={{ minRows: 2 }} maxLength={500} />
        </Form.Item>
      </Form>
    </Modal>
  )
}
