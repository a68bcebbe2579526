import { STANDARD_REFS, type StandardRef } from '@chengyun/contract/cases'
import type { RuleBody, RuleChange, RuleView } from '@chengyun/contract/dispatch'
import { Button, Form, Input, Segmented, Select } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useClasses } from '../../api/config.ts'
import { useDivisions, useUnits } from '../../api/reference.ts'
import { useMay } from '../../api/session.ts'
import { DryRun } from './DryRun.tsx'

interface Values {
  standardRef: StandardRef
  kind: 'component' | 'matter'
  classes: string[]
  areas?: string[]
  target: string
  note?: string
}

/** A rule's form. Nothing applies before it was tried on the cases of the last month. */
export function RuleForm({ rule, onDone }: { rule: RuleView | null; onDone: () => void }) {
  const { t } = useTranslation()
  const may = useMay()
  const classes = useClasses()
  const divisions = useDivisions()
  const [form] = Form.useForm<Values>()
  const [q, setQ] = useState('')
  const units = useUnits({ limit: 40, ...(q ? { q } : {}) })
  const [changes, setChanges] = useState<RuleChange[] | null>(null)
  const kind = Form.useWatch('kind', form) ?? rule?.kind ?? 'matter'
  const standard = Form.useWatch('standardRef', form) ?? rule?.standardRef ?? STANDARD_REFS[0]
  const options = useMemo(() => {
    const list = (classes.data?.classes ?? []).filter((c) => c.kind === kind && c.standardRef === standard)
    const majors = new Map(list.map((c) => [c.majorCode, c.majorName]))
    return [
      ...[...majors].map(([value, label]) => ({ value, label: t('rules.major', { code: value, name: label }) })),
      ...list.map((c) => ({ value: c.code, label: `${c.code} ${c.name}` }))
    ]
  }, [classes.data, kind, standard, t])
  const areas = (divisions.data ?? [])
    .filter((d) => d.level === 'district' || d.level === 'street')
    .map((d) => ({ value: d.code, label: `${d.name} ${d.code}` }))
  const targets = [
    { value: 'street', label: t('rules.target.street') },
    ...(rule ? [{ value: rule.target, label: rule.targetName ?? rule.target }] : []),
    ...(units.data?.items ?? []).map((u) => ({ value: `unit:${u.key}`, label: u.name }))
  ].filter((o, i, all) => all.findIndex((x) => x.value === o.value) === i)
  if (changes) return <DryRun changes={changes} onBack={() => setChanges(null)} onDone={onDone} />
  const bodyOf = (v: Values): RuleBody => ({
    standardRef: v.standardRef,
    kind: v.kind,
    classes: v.classes,
    areas: v.areas && v.areas.length > 0 ? v.areas : null,
    regionClasses: rule?.regionClasses ?? null,
    target: v.target,
    note: v.note ?? ''
  })
  const needed = (field: string) => [{ required: true, message: t('field.needed', { field }) }]
  return (
    <Form<Values>
      form={form}
      layout="vertical"
      disabled={!may('dispatch:config')}
      initialValues={
        rule
          ? { ...rule, areas: rule.areas ?? [] }
          : { standardRef: STANDARD_REFS[0], kind: 'matter', classes: [], target: 'street' }
      }
      onFinish={(v) =>
        setChanges([
          rule ? { op: 'change', id: rule.id, version: rule.version, rule: bodyOf(v) } : { op: 'create', rule: bodyOf(v) }
        ])
      }
    >
      <Form.Item name="standardRef" label={t('rules.standard')}>
        <Segmented options={STANDARD_REFS.map((value) => ({ value, label: value }))} />
      </Form.Item>
      <Form.Item name="kind" label={t('rules.kind')}>
        <Segmented options={(['matter', 'component'] as const).map((value) => ({ value, label: t(`kind.${value}`) }))} />
      </Form.Item>
      <Form.Item name="classes" label={t('rules.classes')} rules={needed(t('rules.classes'))}>
        <Select mode="multiple" showSearch={{ optionFilterProp: 'label' }} options={options} />
      </Form.Item>
      <Form.Item name="areas" label={t('rules.areas')} extra={t('rules.areasHint')}>
        <Select mode="multiple" showSearch={{ optionFilterProp: 'label' }} options={areas} />
      </Form.Item>
      <Form.Item name="target" label={t('rules.target')} rules={needed(t('rules.target'))}>
        <Select showSearch={{ filterOption: false, onSearch: setQ }} options={targets} />
      </Form.Item>
      <Form.Item name="note" label={t('rules.note')}>
        <Input.TextArea rows={2} maxLength={300} />
      </Form.Item>
      <div className="admin-tools">
        <Button type="primary" htmlType="submit">
          {t('rules.try')}
        </Button>
        {rule && rule.validTo === null ? (
          <Button danger onClick={() => setChanges([{ op: 'end', id: rule.id, version: rule.version }])}>
            {t('rules.end')}
          </Button>
        ) : null}
      </div>
    </Form>
  )
}
