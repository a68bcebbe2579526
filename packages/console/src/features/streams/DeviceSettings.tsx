import type { DeviceEdit, DeviceRemoval, DeviceSecret, DeviceView } from '@chengyun/contract/streams'
import { Skeleton } from '@chengyun/ui'
import { useQuery } from '@tanstack/react-query'
import { Button, Checkbox, Form, Input, InputNumber, Modal, Popconfirm, Select, Switch } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { api } from '../../api/client.ts'
import { QueryError } from '../../parts/states.tsx'
import { useAct } from '../../parts/useAct.tsx'
import { usePreferences } from '../../preferences.tsx'
import { Once } from '../public-admin/Once.tsx'
import { isJson } from './DeviceForm.tsx'
import { streamName } from './words.ts'

/** Another secret; it is shown once. */
export function DeviceAccount({ device }: { device: DeviceView }) {
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

/** Takes a device away; what hangs on it is said before, and the account typed to confirm. */
export function DeviceRemove({ device }: { device: DeviceView }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  return (
    <section>
      <h2>{t('streams.removeTitle')}</h2>
      <p className="streams-note">{t('streams.removeHint')}</p>
      <Button danger onClick={() => setOpen(true)}>
        {t('streams.removeDevice')}
      </Button>
      {open ? <RemoveDialog device={device} onClose={() => setOpen(false)} /> : null}
    </section>
  )
}

function RemoveDialog({ device, onClose }: { device: DeviceView; onClose: () => void }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const [, navigate] = useLocation()
  const { act, busy } = useAct(['devices', 'streams'])
  const [endStreams, setEndStreams] = useState(false)
  const [typed, setTyped] = useState('')
  const found = useQuery({
    queryKey: ['devices', 'removal', device.id],
    queryFn: ({ signal }) => api<DeviceRemoval>(`/streams/devices/${device.id}/removal`, { signal })
  })
  const remove = async () => {
    const done = await act(
      async () =>
        (await api(`/streams/devices/${device.id}${endStreams ? '?endStreams=true' : ''}`, { method: 'DELETE' })) ?? true,
      { done: t('streams.deviceRemoved', { code: device.code }) }
    )
    if (done) navigate('/streams/devices')
  }
  const left = found.data
  return (
    <Modal
      open
      title={t('streams.removeWhich', { name: device.name || device.code })}
      okText={t('streams.removeDevice')}
      cancelText={t('panel.cancel')}
      okButtonProps={{ danger: true, disabled: !left || typed.trim() !== device.account, loading: busy }}
      onOk={() => void remove()}
      onCancel={onClose}
      destroyOnHidden
    >
      {found.isPending ? <Skeleton lines={4} /> : null}
      {found.isError ? <QueryError of={found} /> : null}
      {left ? (
        <div className="device-removal">
          <ul>
            <li>{t('streams.removal.account', { account: device.account })}</li>
            <li>{t('streams.removal.register')}</li>
            {left.waiting > 0 ? <li>{t('streams.removal.waiting', { n: left.waiting })}</li> : null}
            <li>
              {left.streams.length === 0
                ? t('streams.removal.noStreams')
                : left.others.length > 0
                  ? t('streams.removal.shared', {
                      n: left.streams.length,
                      others: left.others.map((o) => o.name || o.code).join('、')
                    })
                  : t('streams.removal.streams', {
                      n: left.streams.length,
                      names: left.streams.map((s) => streamName(s, language)).join('、'),
                      thing: device.thing.name || device.thing.code
                    })}
            </li>
          </ul>
          {left.streams.length > 0 && left.others.length === 0 ? (
            <Checkbox checked={endStreams} onChange={(e) => setEndStreams(e.target.checked)}>
              {t('streams.removal.end')}
            </Checkbox>
          ) : null}
          <p className="device-removal-type">
            <label htmlFor="removal-account">{t('streams.removal.type', { account: device.account })}</label>
            <Input
              id="removal-account"
              value={typed}
              onChange={(e) => setTyped(e.target.value)}
              autoComplete="off"
              spellCheck={false}
            />
          </p>
        </div>
      ) : null}
    </Modal>
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

/** How it speaks, what is noted of it, whether it is taken at all. */
export function DeviceSettings({ device }: { device: DeviceView }) {
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
        <Form.Item
          name="enabled"
          label={t('streams.field.enabled')}
          valuePropName="checked"
          extra={t('streams.field.enabledHint')}
        >
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
