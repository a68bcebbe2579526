import { type AlarmCard, type HandAct, VERDICTS } from '@chengyun/contract/alarms'
import { LevelLamp } from '@chengyun/ui'
import { Checkbox, Form, Input, Radio, Select } from 'antd'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useClasses, usePeople } from '../../api/config.ts'
import { useUnits } from '../../api/reference.ts'
import { ClassPicker } from '../../parts/ClassPicker.tsx'
import { PhotoUpload } from '../../parts/PhotoUpload.tsx'

/** Acts that need nothing typed: Enter does them. */
export const NO_FIELDS: ReadonlySet<HandAct> = new Set(['acknowledge'])
const NOTE_NEEDED: ReadonlySet<HandAct> = new Set(['clear', 'level', 'reopen'])

/** What was filled in, without what was left empty; the class is taken apart. */
export function inputOf(values: Record<string, unknown>): Record<string, unknown> {
  const { class: chosen, ...rest } = values
  const parts = typeof chosen === 'string' ? chosen.split('|') : []
  const named = parts.length === 3 ? { standardRef: parts[0], kind: parts[1], classCode: parts[2] } : {}
  const filled = Object.entries(rest).filter(
    ([, v]) => v !== undefined && v !== '' && v !== null && !(Array.isArray(v) && v.length === 0)
  )
  return { ...named, ...Object.fromEntries(filled) }
}

/** The fields of an act, for one alarm or (without a card) for many. */
export function ActFields({ act, card }: { act: HandAct; card: AlarmCard | null }) {
  const { t } = useTranslation()
  const verdict = Form.useWatch<string | undefined>('verdict')
  const noteNeeded = NOTE_NEEDED.has(act) || (act === 'judge' && verdict !== undefined && verdict !== 'true')
  return (
    <>
      {act === 'judge' ? (
        <Form.Item name="verdict" label={t('alarms.field.verdict')} rules={[need(t('alarms.field.verdict'))]}>
          <Radio.Group
            options={VERDICTS.map((value) => ({ value, label: t(`alarms.verdict.${value}`) }))}
            optionType="button"
            buttonStyle="solid"
          />
        </Form.Item>
      ) : null}
      {act === 'level' ? (
        <Form.Item name="level" label={t('alarms.field.level')} rules={[need(t('alarms.field.level'))]}>
          <Radio.Group
            optionType="button"
            options={([1, 2, 3, 4] as const)
              .filter((level) => level !== card?.level)
              .map((value) => ({ value, label: <LevelLamp level={value} named /> }))}
          />
        </Form.Item>
      ) : null}
      {act === 'assign' ? <Whom /> : null}
      {act === 'wantCase' ? (
        <>
          <Form.Item name="class" label={t('alarms.field.class')} extra={t('alarms.field.classHint')}>
            <ClassField />
          </Form.Item>
          <Form.Item name="urgent" valuePropName="checked">
            <Checkbox>{t('alarms.field.urgent')}</Checkbox>
          </Form.Item>
        </>
      ) : null}
      {act === 'linkCase' ? (
        <Form.Item name="caseNo" label={t('alarms.field.caseNo')} rules={[need(t('alarms.field.caseNo'))]}>
          <Input autoFocus maxLength={40} />
        </Form.Item>
      ) : null}
      {act === 'comment' && card ? (
        <Form.Item name="evidenceIds" label={t('alarms.field.evidence')}>
          <Evidence />
        </Form.Item>
      ) : null}
      {act === 'acknowledge' || act === 'linkCase' ? null : (
        <Form.Item
          name="note"
          label={t(act === 'wantCase' ? 'alarms.field.description' : 'alarms.field.note')}
          rules={noteNeeded ? [need(t('alarms.field.note'))] : []}
        >
          <Input.TextArea
            autoSize={{ minRows: 2, maxRows: 6 }}
            maxLength={500}
            autoFocus={act === 'clear' || act === 'comment'}
          />
        </Form.Item>
      )}
    </>
  )
  function need(field: string) {
    return { required: true, message: t('field.needed', { field }) }
  }
}

/** A person or a unit; one of both is enough. */
function Whom() {
  const { t } = useTranslation()
  const [who, setWho] = useState('')
  const [where, setWhere] = useState('')
  const q = useDeferredValue(who)
  const people = usePeople({ limit: 50, ...(q ? { q } : {}) })
  const unitQ = useDeferredValue(where)
  const units = useUnits({ limit: 30, ...(unitQ ? { q: unitQ } : {}) })
  return (
    <div className="alarm-whom">
      <Form.Item
        name="personId"
        label={t('alarms.field.person')}
        dependencies={['unitId']}
        rules={[
          ({ getFieldValue }) => ({
            validator: (_, value) =>
              value || getFieldValue('unitId') ? Promise.resolve() : Promise.reject(new Error(t('alarms.field.whomNeeded')))
          })
        ]}
      >
        <Select
          autoFocus
          allowClear
          showSearch={{ filterOption: false, onSearch: setWho }}
          loading={people.isFetching}
          placeholder={t('person.searchHandler')}
          options={(people.data?.items ?? []).map((p) => ({
            value: p.id,
            label: [p.name, p.unitName].filter(Boolean).join(' · ')
          }))}
        />
      </Form.Item>
      <Form.Item name="unitId" label={t('alarms.field.unit')}>
        <Select
          allowClear
          showSearch={{ filterOption: false, onSearch: setWhere }}
          loading={units.isFetching}
          placeholder={t('unit.search')}
          options={(units.data?.items ?? []).map((u) => ({ value: u.id, label: u.name }))}
        />
      </Form.Item>
    </div>
  )
}

/** A class with its table, as one value of the form. */
function ClassField({ id, value, onChange }: { id?: string; value?: string; onChange?: (value: string | null) => void }) {
  const known = useClasses().data?.classes
  const code = value?.split('|')[2] ?? null
  return (
    <ClassPicker
      id={id}
      kind={null}
      value={known ? code : null}
      onChange={(c) => onChange?.(c ? `${c.standardRef}|${c.kind}|${c.code}` : null)}
    />
  )
}

function Evidence({ value, onChange }: { value?: string[]; onChange?: (ids: string[]) => void }) {
  return <PhotoUpload value={value ?? []} onChange={(ids) => onChange?.(ids)} phase="attachment" />
}
