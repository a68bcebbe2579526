import { LIMIT_KINDS, STANDARD_REFS, type StandardRef } from '@chengyun/contract/cases'
import { EmptyState, Skeleton } from '@chengyun/ui'
import { Button, Checkbox, Drawer, Form, Input, InputNumber, Segmented, Select, Switch, Table } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type ClassItem, type ConditionItem, useClasses, useConditions } from '../../api/config.ts'
import { newKey } from '../../api/key.ts'
import { useMay } from '../../api/session.ts'
import { QueryError } from '../../parts/states.tsx'
import { usePreferences } from '../../preferences.tsx'
import { useLimitText } from '../desk/words.ts'
import { LocalClassForm } from './LocalClassForm.tsx'
import { type Proposal, useChange } from './useChange.tsx'

const UNDO = '/cases/config/changes/:id/undo'

/** Both generations of the class table, and the conditions with their limits that hang on each class. */
export default function Classes() {
  const { t } = useTranslation()
  const may = useMay()
  const { language } = usePreferences()
  const [adding, setAdding] = useState(false)
  const [standard, setStandard] = useState<StandardRef>(STANDARD_REFS[0])
  const [kind, setKind] = useState<'component' | 'matter'>('matter')
  const [q, setQ] = useState('')
  const [key, setKey] = useState<string | null>(null)
  const classes = useClasses()
  const { propose, dialog } = useChange(['classes', 'conditions'])
  const rows = useMemo(
    () =>
      (classes.data?.classes ?? []).filter(
        (c) =>
          c.standardRef === standard &&
          c.kind === kind &&
          (!q || `${c.code}${c.name}${c.nameEn}${c.majorName}`.toLowerCase().includes(q.toLowerCase()))
      ),
    [classes.data, standard, kind, q]
  )
  const chosen = classes.data?.classes.find((c) => keyOf(c) === key)
  if (classes.isError) return <QueryError of={classes} />
  return (
    <>
      <div className="admin-tools">
        <Segmented value={standard} options={STANDARD_REFS.map((value) => ({ value, label: value }))} onChange={setStandard} />
        <Segmented
          value={kind}
          options={(['matter', 'component'] as const).map((value) => ({ value, label: t(`kind.${value}`) }))}
          onChange={setKind}
        />
        <Input
          allowClear
          value={q}
          onChange={(e) => setQ(e.target.value)}
          placeholder={t('class.search')}
          style={{ width: 240 }}
        />
        <span className="admin-muted">{t('list.total', { n: rows.length })}</span>
        {may('cases:config') ? (
          <Button type="primary" onClick={() => setAdding(true)}>
            {t('localClass.add')}
          </Button>
        ) : null}
      </div>
      <Table<ClassItem>
        size="small"
        rowKey={keyOf}
        loading={classes.isPending}
        dataSource={rows}
        pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
        locale={{ emptyText: <EmptyState title={t('classes.none')} /> }}
        onRow={(c) => ({ onClick: () => setKey(keyOf(c)), style: { cursor: 'pointer' } })}
        columns={[
          { title: t('fact.code'), dataIndex: 'code', width: 90 },
          { title: t('classes.major'), dataIndex: 'majorName', width: 160 },
          {
            title: t('fact.class'),
            render: (_, c) => (
              <>
                {language === 'en' && c.nameEn ? c.nameEn : c.name}
                {c.local ? <em className="flag"> {t('localClass.mark')}</em> : null}
              </>
            )
          },
          { title: t('classes.selfHandle'), width: 110, render: (_, c) => (c.selfHandle ? t('roles.yes') : '–') },
          { title: t('classes.remoteCheck'), width: 110, render: (_, c) => (c.remoteCheck ? t('roles.yes') : '–') },
          { title: t('units.state'), width: 90, render: (_, c) => t(c.active ? 'state.active' : 'state.inactive') }
        ]}
      />
      <Drawer
        open={chosen !== undefined}
        onClose={() => setKey(null)}
        size={640}
        title={chosen ? `${chosen.code} ${chosen.name}` : ''}
        destroyOnHidden
      >
        {chosen ? <ClassCard item={chosen} propose={propose} /> : null}
      </Drawer>
      <Drawer open={adding} onClose={() => setAdding(false)} size={480} title={t('localClass.add')} destroyOnHidden>
        <LocalClassForm
          classes={classes.data?.classes ?? []}
          standardRef={standard}
          kind={kind}
          propose={propose}
          onDone={() => setAdding(false)}
        />
      </Drawer>
      {dialog}
    </>
  )
}

const keyOf = (c: ClassItem) => `${c.standardRef}|${c.kind}|${c.code}`

function ClassCard({ item, propose }: { item: ClassItem; propose: (p: Proposal) => Promise<boolean> }) {
  const { t } = useTranslation()
  const may = useMay()
  const limitText = useLimitText()
  const [editing, setEditing] = useState<ConditionItem | 'new' | null>(null)
  const conditions = useConditions({ standardRef: item.standardRef, kind: item.kind, classCode: item.code })
  const editable = may('cases:config')
  const flag = (name: 'active' | 'selfHandle' | 'remoteCheck') => (
    <p className="admin-switch">
      <Switch
        checked={item[name]}
        disabled={!editable}
        size="small"
        onChange={(value) =>
          void propose({
            title: t('classes.change', { name: item.name }),
            path: '/cases/config/classes',
            method: 'PUT',
            body: { standardRef: item.standardRef, kind: item.kind, code: item.code, [name]: value },
            undo: UNDO
          })
        }
      />
      <span>{t(`classes.${name}.long`)}</span>
    </p>
  )
  return (
    <>
      {flag('active')}
      {flag('selfHandle')}
      {flag('remoteCheck')}
      <h3>{t('classes.conditions')}</h3>
      {conditions.isPending ? <Skeleton lines={4} /> : null}
      {conditions.data?.conditions.map((c) =>
        editing !== 'new' && editing?.id === c.id ? (
          <ConditionForm key={c.id} item={item} condition={c} propose={propose} onClose={() => setEditing(null)} />
        ) : (
          <div key={c.id} className="admin-tools">
            <span style={{ flex: 1, opacity: c.active ? 1 : 0.5 }}>
              {c.condition}
              <br />
              <small className="admin-muted">
                {c.limits
                  .map((l) =>
                    [
                      l.regionClass ? t('classes.region', { k: l.regionClass }) : '',
                      l.mode ? t(`mode.${l.mode}`) : '',
                      limitText(l)
                    ]
                      .filter(Boolean)
                      .join(' ')
                  )
                  .join('；')}{' '}
                · {t('condition.closedWhen', { text: c.closeCondition })}
              </small>
            </span>
            {editable ? (
              <Button size="small" onClick={() => setEditing(c)}>
                {t('classes.edit')}
              </Button>
            ) : null}
          </div>
        )
      )}
      {conditions.data?.conditions.length === 0 ? <p className="admin-muted">{t('condition.none')}</p> : null}
      {editable ? (
        editing === 'new' ? (
          <ConditionForm item={item} condition={null} propose={propose} onClose={() => setEditing(null)} />
        ) : (
          <Button onClick={() => setEditing('new')}>{t('classes.addCondition')}</Button>
        )
      ) : null}
    </>
  )
}

interface FormValues {
  condition: string
  closeCondition: string
  active: boolean
  limits: { regionClass?: string | null; mode?: string | null; kind: string; value: number }[]
}

function ConditionForm(props: {
  item: ClassItem
  condition: ConditionItem | null
  propose: (p: Proposal) => Promise<boolean>
  onClose: () => void
}) {
  const { item, condition, propose, onClose } = props
  const { t } = useTranslation()
  const needed = (field: string) => [{ required: true, message: t('field.needed', { field }) }]
  return (
    <Form<FormValues>
      layout="vertical"
      className="admin-card"
      initialValues={condition ?? { condition: '', closeCondition: '', active: true, limits: [{ kind: 'work_hour', value: 4 }] }}
      onFinish={async (v) => {
        const limits = v.limits.map((l) => ({
          kind: l.kind,
          value: l.value,
          ...(l.regionClass ? { regionClass: l.regionClass } : {}),
          ...(l.mode ? { mode: l.mode } : {})
        }))
        const proposed = await propose({
          title: t('classes.changeCondition', { name: item.name }),
          path: '/cases/config/conditions',
          method: 'PUT',
          body: {
            id: condition?.id ?? `c-${newKey().slice(0, 20)}`,
            standardRef: item.standardRef,
            kind: item.kind,
            code: item.code,
            condition: v.condition,
            closeCondition: v.closeCondition,
            limits,
            active: v.active
          },
          undo: UNDO
        })
        if (proposed) onClose()
      }}
    >
      <Form.Item name="condition" label={t('field.conditionId')} rules={needed(t('field.conditionId'))}>
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
      <Form.Item name="closeCondition" label={t('fact.closeCondition')} rules={needed(t('fact.closeCondition'))}>
        <Input maxLength={200} />
      </Form.Item>
      <Form.List name="limits">
        {(fields, { add, remove }) => (
          <>
            {fields.map((f) => (
              <div key={f.key} className="admin-tools">
                <Form.Item name={[f.name, 'value']} noStyle rules={needed(t('fact.limit'))}>
                  <InputNumber min={1} max={1000} style={{ width: 80 }} aria-label={t('fact.limit')} />
                </Form.Item>
                <Form.Item name={[f.name, 'kind']} noStyle>
                  <Select
                    style={{ width: 130 }}
                    options={LIMIT_KINDS.map((value) => ({ value, label: t(`limitKind.${value}`) }))}
                  />
                </Form.Item>
                <Form.Item name={[f.name, 'regionClass']} noStyle>
                  <Select
                    allowClear
                    placeholder={t('classes.anyRegion')}
                    style={{ width: 110 }}
                    options={['A', 'B', 'C'].map((value) => ({ value, label: t('classes.region', { k: value }) }))}
                  />
                </Form.Item>
                <Form.Item name={[f.name, 'mode']} noStyle>
                  <Select
                    allowClear
                    placeholder={t('classes.anyMode')}
                    style={{ width: 130 }}
                    options={['normal', 'wartime', 'majorEvent'].map((value) => ({ value, label: t(`mode.${value}`) }))}
                  />
                </Form.Item>
                <Button size="small" type="text" disabled={fields.length === 1} onClick={() => remove(f.name)}>
                  {t('classes.dropLimit')}
                </Button>
              </div>
            ))}
            <Button size="small" type="link" onClick={() => add({ kind: 'work_hour', value: 2 })}>
              {t('classes.addLimit')}
            </Button>
          </>
        )}
      </Form.List>
      <Form.Item name="active" valuePropName="checked">
        <Checkbox>{t('classes.conditionActive')}</Checkbox>
      </Form.Item>
      <div className="admin-tools">
        <Button type="primary" htmlType="submit">
          {t('change.preview')}
        </Button>
        <Button onClick={onClose}>{t('panel.cancel')}</Button>
      </div>
    </Form>
  )
}
