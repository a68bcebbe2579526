import { ALARM_LEVELS, type AlarmLevel, NOTICE_KINDS, type NoticeKind, type PreferenceBody } from '@chengyun/contract/alarms'
import { LevelLamp, Skeleton } from '@chengyun/ui'
import { Button, Checkbox, Form, Input, Switch } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { usePreference } from '../../api/inbox.ts'
import { QueryError } from '../../parts/states.tsx'
import { useAct } from '../../parts/useAct.tsx'

interface Values {
  levels: AlarmLevel[]
  sms: boolean
  phoneKinds: NoticeKind[]
  onDutyOnly: boolean
  from: string
  to: string
}
const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$/
/** What comes through in any case. */
const ALWAYS: AlarmLevel = 1

/** That an alarm is over is told to nobody by itself. */
const TOLD = NOTICE_KINDS.filter((kind) => kind !== 'cleared')

/** How I want to be told of alarms: levels, what comes to the phone, only on duty, quiet hours. The gravest always come through. */
export function Notices() {
  const { t } = useTranslation()
  const found = usePreference()
  const { act, busy } = useAct(['notices'])
  const [form] = Form.useForm<Values>()
  const isToPhone = Form.useWatch('sms', form) ?? found.data?.sms
  if (found.isPending) return <Skeleton lines={4} />
  if (found.isError && !found.data) return <QueryError of={found} />
  const now = found.data
  const put = (body: PreferenceBody) => api<PreferenceBody>('/alarms/preference', { method: 'PUT', body })
  const save = async ({ levels, sms, phoneKinds, onDutyOnly, from, to }: Values) => {
    const body: PreferenceBody = {
      levels: [...new Set([ALWAYS, ...levels])].sort(),
      sms,
      phoneKinds: phoneKinds ?? now.phoneKinds,
      onDutyOnly,
      quiet: from && to ? { from, to } : null
    }
    await act(() => put(body), { done: t('account.noticesSaved'), undo: () => put(now).then(() => form.resetFields()) })
  }
  const clock = (other: 'from' | 'to') => [
    { pattern: CLOCK, message: t('account.clockHint') },
    ({ getFieldValue }: { getFieldValue: (name: string) => unknown }) => ({
      validator: (_: unknown, v: string) =>
        Boolean(v) === Boolean(getFieldValue(other)) ? Promise.resolve() : Promise.reject(new Error(t('account.quietBoth')))
    })
  ]
  return (
    <Form<Values>
      key={JSON.stringify(now)}
      form={form}
      layout="vertical"
      requiredMark={false}
      disabled={busy}
      onFinish={save}
      initialValues={{ ...now, from: now.quiet?.from ?? '', to: now.quiet?.to ?? '' }}
    >
      <Form.Item name="levels" label={t('account.noticeLevels')} extra={t('account.noticeLevelsHint')}>
        <Checkbox.Group
          options={ALARM_LEVELS.map((value) => ({
            value,
            disabled: value === ALWAYS,
            label: <LevelLamp level={value} named />
          }))}
        />
      </Form.Item>
      <Form.Item name="sms" label={t('account.sms')} extra={t('account.smsHint')} valuePropName="checked">
        <Switch />
      </Form.Item>
      {isToPhone ? (
        <Form.Item name="phoneKinds" label={t('account.phoneKinds')} extra={t('account.phoneKindsHint')}>
          <Checkbox.Group options={TOLD.map((value) => ({ value, label: t(`inbox.kind.${value}`) }))} />
        </Form.Item>
      ) : null}
      <Form.Item name="onDutyOnly" label={t('account.onDutyOnly')} extra={t('account.onDutyOnlyHint')} valuePropName="checked">
        <Switch />
      </Form.Item>
      <Form.Item label={t('account.quiet')} extra={t('account.quietHint')}>
        <span className="account-quiet">
          <Form.Item name="from" noStyle dependencies={['to']} rules={clock('to')}>
            <Input placeholder="22:00" maxLength={5} aria-label={t('account.quietFrom')} />
          </Form.Item>
          –
          <Form.Item name="to" noStyle dependencies={['from']} rules={clock('from')}>
            <Input placeholder="07:00" maxLength={5} aria-label={t('account.quietTo')} />
          </Form.Item>
        </span>
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={busy}>
        {t('account.noticesSave')}
      </Button>
    </Form>
  )
}
