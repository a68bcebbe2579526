import { DEVICE_FAULTS, type DeviceEdit, type DeviceSecret, type DeviceView } from '@chengyun/contract/streams'
import { ErrorState, formatDateTime, formatNumber, Skeleton } from '@chengyun/ui'
import { Alert, Button, Form, Input, InputNumber, Popconfirm, Select, Switch } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { api } from '../../api/client.ts'
import { useAct } from '../../parts/useAct.tsx'
import { usePreferences } from '../../preferences.tsx'
import { Once } from '../public-admin/Once.tsx'
import { isJson } from './DeviceForm.tsx'
import { DeviceMark } from './Devices.tsx'
import { useDevice } from './devices-data.ts'

/** One device: whether it is heard, its account and rights, how it speaks, what is noted of it. */
export default function DevicePage({ id }: { id: string }) {
  const { t } = useTranslation()
  const found = useDevice(id)
  if (found.isPending) return <Skeleton lines={12} />
  if (found.isError && !found.data) return <ErrorState message={found.error.message} onRetry={() => void found.refetch()} />
  const device = found.data
  return (
    <>
      <header className="streams-head">
        <p>
          <Link href="/streams/devices">{t('streams.devices')}</Link> · {device.code}
        </p>
        <h1>{device.name || device.code}</h1>
        <p>
          <DeviceMark state={device.state} /> {device.stateAt ? t('streams.since', { at: formatDateTime(device.stateAt) }) : ''}
        </p>
      </header>
      <div className="device-page">
        <Facts device={device} />
        <div>
          {device.can.includes('rotate') ? <Account device={device} /> : null}
          {device.can.includes('edit') ? <Settings key={device.version} device={device} /> : null}
        </div>
      </div>
    </>
  )
}

function Facts({ device }: { device: DeviceView }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const fault = device.lastFault
  const faultWord =
    fault && fault.code in DEVICE_FAULTS ? DEVICE_FAULTS[fault.code as keyof typeof DEVICE_FAULTS][language] : fault?.code
  const rows: [string, React.ReactNode][] = [
    [
      'thing',
      // biome-ignore lint/correctness/useJsxKeyInIterable: pairs of a name and a value, keyed where they are drawn
      <Link href={`/streams/thing/${device.thing.register}/${encodeURIComponent(device.thing.code)}`}>
        {device.thing.name || device.thing.code}
      </Link>
    ],
    ['protocol', t(`streams.protocol.${device.protocol}`)],
    ['account', device.account],
    ['secretAt', formatDateTime(device.secretAt)],
    ['heard', formatDateTime(device.lastSeenAt, true)],
    ['calibration', device.calibrationDueOn ?? '–'],
    ['firmware', device.firmware || '–'],
    ['faults', formatNumber(device.faults)]
  ]
  return (
    <section>
      <h2>{t('streams.deviceFacts')}</h2>
      <dl className="streams-facts">
        {rows.map(([key, value]) => (
          <div key={key}>
            <dt>{t(`streams.col.${key}`)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {fault ? (
        <Alert type="warning" showIcon title={`${faultWord} · ${formatDateTime(fault.at, true)}`} description={fault.detail} />
      ) : null}
      {device.notes ? <p className="streams-note">{device.notes}</p> : null}
      {device.protocol === 'mqtt' ? (
        <>
          <h2>{t('streams.topics')}</h2>
          <p className="streams-note">{t('streams.topicsOwn')}</p>
          <ul className="streams-topics">
            <li>
              <code>{`city/+/+/${device.code}/up/#`}</code> {t('streams.mayPublish')}
            </li>
            {device.rights.publish.map((topic) => (
              <li key={`p${topic}`}>
                <code>{topic}</code> {t('streams.mayPublish')}
              </li>
            ))}
            {device.rights.subscribe.map((topic) => (
              <li key={`s${topic}`}>
                <code>{topic}</code> {t('streams.maySubscribe')}
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </section>
  )
}

function Account({ device }: { device: DeviceView }) {
  const { t } = useTranslation()
  const { act, busy } = useAct(['devices'])
  const [secret, setSecret] = useState<string | null>(null)
  const rotate = async () => {
    const done = await act(() => api<DeviceSecret>(`/streams/devices/${device.id}/secret`, { body: {} }), {
      done: t('streams.rotated')
    })
    if (done) setSecret(done.secret)
  }
  return (
    <section>
      <h2>{t('streams.accountTitle')}</h2>
      {secret ? (
        <Once title={t('streams.secretOnce', { account: device.account })} secret={secret} onClose={() => setSecret(null)} />
      ) : (
        <Popconfirm title={t('streams.rotateSure')} onConfirm={() => void rotate()}>
          <Button loading={busy}>{t('streams.rotate')}</Button>
        </Popconfirm>
      )}
    </section>
  )
}

interface Values {
  enabled: boolean
  silentAfterS: number
  publish: string[]
  subscribe: string[]
  firmware: string
  notes: string
  config: string
}

function Settings({ device }: { device: DeviceView }) {
  const { t } = useTranslation()
  const { act, busy } = useAct(['devices'])
  const configured = device.protocol === 'modbus' || device.protocol === 'hj212'
  const save = ({ publish, subscribe, config, ...rest }: Values) => {
    const body: DeviceEdit = {
      version: device.version,
      ...rest,
      rights: { publish, subscribe },
      ...(configured && { config: JSON.parse(config) as DeviceView['config'] })
    }
    void act(() => api<DeviceView>(`/streams/devices/${device.id}`, { method: 'PUT', body }), { done: t('streams.saved') })
  }
  return (
    <section>
      <h2>{t('streams.settings')}</h2>
      <Form
        layout="vertical"
        requiredMark={false}
        disabled={busy}
        onFinish={save}
        initialValues={{
          enabled: device.enabled,
          silentAfterS: device.silentAfterS,
          publish: device.rights.publish,
          subscribe: device.rights.subscribe,
          firmware: device.firmware,
          notes: device.notes,
          config: JSON.stringify(device.config, null, 2)
        }}
      >
        <Form.Item name="enabled" label={t('streams.field.enabled')} valuePropName="checked">
          <Switch />
        </Form.Item>
        <Form.Item name="silentAfterS" label={t('streams.field.silentAfterS')} rules={[{ required: true }]}>
          <InputNumber min={5} max={2_592_000} style={{ width: 160 }} />
        </Form.Item>
        {device.protocol === 'mqtt' ? (
          <>
            <Form.Item name="publish" label={t('streams.field.publish')} extra={t('streams.field.topicHint')}>
              <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[' ', ',']} />
            </Form.Item>
            <Form.Item name="subscribe" label={t('streams.field.subscribe')}>
              <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[' ', ',']} />
            </Form.Item>
          </>
        ) : null}
        {configured ? (
          <Form.Item
            name="config"
            label={t('streams.field.config')}
            rules={[
              {
                validator: (_, v: string | undefined) =>
                  isJson(v) ? Promise.resolve() : Promise.reject(new Error(t('streams.notJson')))
              }
            ]}
          >
            <Input.TextArea className="streams-code" autoSize={{ minRows: 4, maxRows: 18 }} spellCheck={false} />
          </Form.Item>
        ) : null}
        <Form.Item name="firmware" label={t('streams.col.firmware')}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name="notes" label={t('streams.field.notes')}>
          <Input.TextArea autoSize={{ minRows: 2 }} maxLength={2000} />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={busy}>
          {t('streams.save')}
        </Button>
      </Form>
    </section>
  )
}
