import type { DeviceLogEntry, DeviceView } from '@chengyun/contract/streams'
import { formatDateTime, Skeleton } from '@chengyun/ui'
import { Button, Form, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { QueryError } from '../../parts/states.tsx'
import { useAct } from '../../parts/useAct.tsx'
import { isJson } from './DeviceForm.tsx'
import { useDeviceLog } from './devices-data.ts'

interface Values {
  method: string
  params?: string
}

/** What a device is told to do, and what it answered. Only who may actuate tells it; the others read. */
export function DeviceCommands({ device }: { device: DeviceView }) {
  const { t } = useTranslation()
  const { act, busy } = useAct(['devices'])
  const [form] = Form.useForm<Values>()
  const found = useDeviceLog(device.id, 'command,reply')
  const items = found.data?.pages.flatMap((p) => p.items) ?? []
  const replies = new Map(items.filter((e) => e.kind === 'reply').map((e) => [String(e.data.msgId), e]))
  const send = async ({ method, params }: Values) => {
    const body = { method: method.trim(), ...(params?.trim() && { params: JSON.parse(params) as Record<string, unknown> }) }
    const done = await act(() => api<{ msgId: string }>(`/streams/devices/${device.id}/commands`, { body }), {
      done: t('streams.commandSent')
    })
    if (done) form.resetFields()
  }
  return (
    <section>
      <h2>{t('streams.commands')}</h2>
      {device.can.includes('command') ? (
        <Form form={form} layout="vertical" requiredMark={false} disabled={busy} onFinish={send} className="device-command">
          {device.state === 'online' ? null : <p className="streams-note">{t('streams.commandOffline')}</p>}
          <Form.Item
            name="method"
            label={t('streams.field.method')}
            rules={[{ required: true, pattern: /^[A-Za-z][A-Za-z0-9._-]{0,59}$/, message: t('streams.methodShape') }]}
          >
            <Input placeholder="reboot" maxLength={60} spellCheck={false} />
          </Form.Item>
          <Form.Item
            name="params"
            label={t('streams.field.params')}
            extra={t('streams.field.paramsHint')}
            rules={[
              {
                validator: (_, v: string | undefined) =>
                  !v?.trim() || (isJson(v) && v.trim().startsWith('{'))
                    ? Promise.resolve()
                    : Promise.reject(new Error(t('streams.notObject')))
              }
            ]}
          >
            <Input.TextArea className="streams-code" autoSize={{ minRows: 1, maxRows: 8 }} spellCheck={false} />
          </Form.Item>
          <Button htmlType="submit" loading={busy}>
            {t('streams.sendCommand')}
          </Button>
        </Form>
      ) : null}
      {found.isPending ? <Skeleton lines={2} /> : null}
      {found.isError ? <QueryError of={found} /> : null}
      {found.isSuccess && items.length === 0 ? <p className="streams-note">{t('streams.noCommands')}</p> : null}
      <ul className="device-commands">
        {items
          .filter((e) => e.kind === 'command')
          .map((e) => (
            <Command key={e.id} entry={e} reply={replies.get(String(e.data.msgId))} />
          ))}
      </ul>
    </section>
  )
}

function Command({ entry, reply }: { entry: DeviceLogEntry; reply: DeviceLogEntry | undefined }) {
  const { t } = useTranslation()
  const { method, params } = entry.data
  const hasParams = typeof params === 'object' && params !== null && Object.keys(params).length > 0
  const isDone = reply?.data.code === 0
  const data = reply?.data.data
  return (
    <li>
      <p>
        <code translate="no">{String(method)}</code> {hasParams ? <code translate="no">{JSON.stringify(params)}</code> : null}
      </p>
      <p className="streams-note">
        {formatDateTime(entry.at, true)} · {entry.by}
      </p>
      <p className={reply && !isDone ? 'late' : ''}>
        {reply === undefined
          ? t('streams.noAnswerYet')
          : t(isDone ? 'streams.answeredDone' : 'streams.answeredNot', {
              at: formatDateTime(reply.at, true),
              code: String(reply.data.code)
            })}{' '}
        {data === undefined || data === null ? null : <code translate="no">{JSON.stringify(data)}</code>}
      </p>
    </li>
  )
}
