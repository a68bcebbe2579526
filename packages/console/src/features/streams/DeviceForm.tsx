import { DEVICE_PROTOCOLS, type DeviceCreate, type DeviceSecret } from '@chengyun/contract/streams'
import { useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Form, Input, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { usePreferences } from '../../preferences.tsx'
import { Once } from '../public-admin/Once.tsx'
import { useTypes } from '../registry/data.ts'

interface Values {
  register: string
  code: string
  thingRegister?: string
  thingCode?: string
  protocol: DeviceCreate['protocol']
  account?: string
  config?: string
}

/** Connects an item of a register as a device. The secret that was made is shown once. */
export function DeviceForm({ onMade }: { onMade: (id: string) => void }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const client = useQueryClient()
  const types = useTypes().data ?? []
  const options = types.map((r) => ({ value: r.id, label: r.declaration.name[language] }))
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const [made, setMade] = useState<DeviceSecret | null>(null)
  const [form] = Form.useForm<Values>()
  const protocol = Form.useWatch('protocol', form)
  const needsConfig = protocol === 'modbus' || protocol === 'hj212'
  const send = async ({ thingRegister, thingCode, config, account, ...rest }: Values) => {
    setBusy(true)
    setError(null)
    try {
      const body: DeviceCreate = {
        ...rest,
        code: rest.code.trim(),
        ...(thingRegister && thingCode && { thing: { register: thingRegister, code: thingCode.trim() } }),
        ...(account && { account }),
        ...(needsConfig && config && { config: JSON.parse(config) as NonNullable<DeviceCreate['config']> })
      }
      const done = await api<DeviceSecret>('/streams/devices', { body })
      void client.invalidateQueries({ queryKey: ['devices'] })
      if (done.secret) setMade(done)
      else onMade(done.device.id)
    } catch (e) {
      setError((e as Error).message)
    } finally {
      setBusy(false)
    }
  }
  if (made)
    return (
      <Once
        title={t('streams.secretOnce', { account: made.device.account })}
        secret={made.secret ?? ''}
        onClose={() => onMade(made.device.id)}
      />
    )
  return (
    <Form
      form={form}
      layout="vertical"
      requiredMark={false}
      disabled={busy}
      initialValues={{ register: 'device', protocol: 'mqtt' }}
      onFinish={send}
    >
      {error ? <Alert type="error" showIcon title={error} style={{ marginBottom: 12 }} /> : null}
      <Form.Item name="register" label={t('streams.field.register')} rules={[{ required: true }]}>
        <Select showSearch={{ optionFilterProp: 'label' }} options={options} />
      </Form.Item>
      <Form.Item
        name="code"
        label={t('streams.field.code')}
        rules={[{ required: true, message: t('field.needed', { field: t('streams.field.code') }) }]}
      >
        <Input autoFocus maxLength={60} />
      </Form.Item>
      <Form.Item name="protocol" label={t('streams.protocol')}>
        <Select options={DEVICE_PROTOCOLS.map((value) => ({ value, label: t(`streams.protocol.${value}`) }))} />
      </Form.Item>
      {needsConfig ? (
        <Form.Item
          name="config"
          label={t('streams.field.config')}
          extra={t('streams.field.configHint')}
          rules={[
            {
              validator: (_, v: string | undefined) =>
                isJson(v) ? Promise.resolve() : Promise.reject(new Error(t('streams.notJson')))
            }
          ]}
        >
          <Input.TextArea className="streams-code" autoSize={{ minRows: 4, maxRows: 14 }} spellCheck={false} />
        </Form.Item>
      ) : null}
      <Form.Item name="account" label={t('streams.field.account')} extra={t('streams.field.accountHint')}>
        <Input maxLength={60} />
      </Form.Item>
      <Form.Item name="thingRegister" label={t('streams.field.thingRegister')} extra={t('streams.field.thingHint')}>
        <Select allowClear showSearch={{ optionFilterProp: 'label' }} options={options} />
      </Form.Item>
      <Form.Item name="thingCode" label={t('streams.field.thingCode')}>
        <Input maxLength={60} />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={busy}>
        {t('streams.connect')}
      </Button>
    </Form>
  )
}

/** Whether a text is JSON; nothing at all is not. */
export function isJson(text: string | undefined): boolean {
  try {
    JSON.parse(text ?? '')
    return true
  } catch {
    return false
  }
}
