import type { StandardRef } from '@chengyun/contract/cases'
import { Button, Form, Input, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ClassItem } from '../../api/config.ts'
import { nextLocalCode } from './localClass.ts'
import type { Proposal } from './useChange.tsx'

/** A class of the city's own under a major class of the standard; its number lies outside the standard's range. */
export function LocalClassForm(props: {
  classes: readonly ClassItem[]
  standardRef: StandardRef
  kind: 'component' | 'matter'
  propose: (p: Proposal) => Promise<boolean>
  onDone: () => void
}) {
  const { classes, standardRef, kind, propose, onDone } = props
  const { t } = useTranslation()
  const [form] = Form.useForm<{ major: string; code: string; name: string; nameEn?: string }>()
  const [busy, setBusy] = useState(false)
  const inTable = classes.filter((c) => c.standardRef === standardRef && c.kind === kind)
  const majors = [...new Map(inTable.map((c) => [c.majorCode, c.majorName]))]
  const digits = (inTable[0]?.code.length ?? 5) - 2
  const needed = (field: string) => [{ required: true, whitespace: true, message: t('field.needed', { field }) }]
  return (
    <Form
      form={form}
      layout="vertical"
      requiredMark={false}
      disabled={busy}
      onFinish={async (v) => {
        setBusy(true)
        const proposed = await propose({
          title: t('localClass.title', { name: v.name.trim() }),
          path: '/cases/config/classes',
          method: 'POST',
          body: {
            standardRef,
            kind,
            code: v.code,
            name: v.name.trim(),
            ...(v.nameEn?.trim() ? { nameEn: v.nameEn.trim() } : {})
          },
          undo: '/cases/config/changes/:id/undo'
        })
        setBusy(false)
        if (proposed) onDone()
      }}
    >
      <p className="admin-muted" style={{ marginBottom: 16 }}>
        {standardRef} · {t(`kind.${kind}`)}
      </p>
      <Form.Item name="major" label={t('classes.major')} rules={needed(t('classes.major'))}>
        <Select
          options={majors.map(([value, label]) => ({ value, label: `${value} ${label}` }))}
          onChange={(major: string) =>
            form.setFieldValue('code', nextLocalCode(major, digits, new Set(inTable.map((c) => c.code))))
          }
        />
      </Form.Item>
      <Form.Item
        name="code"
        label={t('fact.code')}
        extra={t('localClass.codeHint')}
        rules={[
          { required: true, pattern: new RegExp(`^\\d{${2 + digits}}$`), message: t('localClass.codeWrong', { n: 2 + digits }) }
        ]}
      >
        <Input maxLength={2 + digits} inputMode="numeric" />
      </Form.Item>
      <Form.Item name="name" label={t('units.name')} extra={t('localClass.nameHint')} rules={needed(t('units.name'))}>
        <Input maxLength={50} />
      </Form.Item>
      <Form.Item name="nameEn" label={t('localClass.nameEn')}>
        <Input maxLength={120} />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={busy}>
        {t('change.preview')}
      </Button>
    </Form>
  )
}
