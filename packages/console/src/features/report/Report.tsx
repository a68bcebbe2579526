import { type CaseReport, type CaseView, SEVERITIES, SOURCE_TYPES } from '@chengyun/contract/cases'
import type { Located } from '@chengyun/contract/geo'
import { useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Checkbox, Form, Input, Radio, Select } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation, useSearchParams } from 'wouter'
import { ApiError, api } from '../../api/client.ts'
import { type ClassItem, useClasses } from '../../api/config.ts'
import { newKey } from '../../api/key.ts'
import { ClassPicker } from '../../parts/ClassPicker.tsx'
import { PhotoUpload } from '../../parts/PhotoUpload.tsx'
import { PlacePicker } from './PlacePicker.tsx'
import '../desk/desk.css'
import './report.css'

interface Values {
  sourceType: CaseReport['sourceType']
  severity: CaseReport['severity']
  urgent?: boolean
  description: string
  address?: string
  name?: string
  phone?: string
  needVisit?: boolean
}

/** Registering a report by telephone, paper or order: class, place, words, pictures. The place fills district and grid by itself. */
export default function Report() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const client = useQueryClient()
  const [, navigate] = useLocation()
  const [params] = useSearchParams()
  /** A report may begin at a place and a component, as the map hands them over. */
  const [start] = useState(() => startOf(params))
  const [component, setComponent] = useState(start.component)
  const [form] = Form.useForm<Values>()
  const [item, setItem] = useState<ClassItem | null>(null)
  const classes = useClasses().data?.classes
  const preset = useRef(false)
  // A component is of a class already: its code says which. Once, so that whoever chooses another keeps it.
  useEffect(() => {
    if (preset.current || !classes || !start.component) return
    preset.current = true
    setItem((chosen) => chosen ?? classOfComponent(start.component ?? '', classes))
  }, [classes, start.component])
  const [point, setPoint] = useState<[number, number] | null>(null)
  const [located, setLocated] = useState<Located | null>(null)
  const [near, setNear] = useState<string[]>([])
  const [far, setFar] = useState<string[]>([])
  const [error, setError] = useState<ApiError | null>(null)
  const [missing, setMissing] = useState<string[]>([])
  const [busy, setBusy] = useState(false)
  const key = useRef(newKey())
  /** What the map wrote into the address; other words are the person's own and stay. */
  const filled = useRef('')

  const send = async (v: Values) => {
    const lacks = [item ? null : t('report.class'), point ? null : t('report.place')].filter((x) => x !== null)
    setMissing(lacks)
    if (!item || !point) return
    setBusy(true)
    setError(null)
    const reporter = { ...(v.name ? { name: v.name } : {}), ...(v.phone ? { phone: v.phone } : {}) }
    const body: CaseReport = {
      kind: item.kind,
      standardRef: item.standardRef as NonNullable<CaseReport['standardRef']>,
      classCode: item.code,
      description: v.description.trim(),
      location: point,
      sourceType: v.sourceType,
      ...(component && item.kind === 'component' ? { componentId: component } : {}),
      ...(v.severity ? { severity: v.severity } : {}),
      ...(v.urgent ? { urgent: true } : {}),
      ...(v.address?.trim() ? { address: v.address.trim() } : {}),
      ...(Object.keys(reporter).length > 0 ? { reporter } : {}),
      ...(v.needVisit ? { needVisit: true } : {}),
      ...(near.length + far.length > 0 ? { evidenceIds: [...near, ...far] } : {})
    }
    try {
      const made = await api<CaseView>('/cases', { body, idempotencyKey: key.current })
      void client.invalidateQueries({ queryKey: ['queues'] })
      void message.success(t('report.done', { no: made.caseNo }))
      navigate(`/cases/${made.id}`)
    } catch (e) {
      key.current = newKey()
      setError(e as ApiError)
    } finally {
      setBusy(false)
    }
  }

  return (
    <div className="report">
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        disabled={busy}
        onFinish={send}
        initialValues={{ sourceType: 'hotline', severity: 'general' }}
        className="report-form"
        onKeyDown={(e) => {
          if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) form.submit()
        }}
      >
        <h1>{t('report.title')}</h1>
        {error ? (
          <Alert
            type="error"
            showIcon
            title={error.message}
            description={error instanceof ApiError && error.requestId ? t('report.requestId', { id: error.requestId }) : null}
          />
        ) : null}
        {missing.length > 0 ? (
          <Alert type="warning" showIcon title={t('report.missing', { fields: missing.join('、') })} />
        ) : null}
        <Form.Item label={t('report.class')} required htmlFor="report-class">
          <ClassPicker id="report-class" value={item?.code ?? null} onChange={setItem} kind={null} size="large" />
        </Form.Item>
        {component ? (
          <Alert
            type="info"
            title={t('report.component', { code: component })}
            description={item && item.kind !== 'component' ? t('report.componentOfMatter') : null}
            closable
            onClose={() => setComponent(null)}
          />
        ) : null}
        <Form.Item
          name="description"
          label={t('report.description')}
          rules={[{ required: true, whitespace: true, message: t('report.descriptionNeeded') }]}
        >
          <Input.TextArea rows={4} maxLength={500} showCount placeholder={t('report.descriptionHint')} />
        </Form.Item>
        <Form.Item
          name="address"
          label={t('report.address')}
          extra={located ? [located.districtName, located.streetName, located.communityName].join(' ') : t('report.addressHint')}
        >
          <Input maxLength={256} />
        </Form.Item>
        <div className="report-pair">
          <Form.Item name="sourceType" label={t('report.source')}>
            <Select options={SOURCE_TYPES.map((value) => ({ value, label: t(`source.${value}`) }))} />
          </Form.Item>
          <Form.Item name="severity" label={t('report.severity')}>
            <Radio.Group optionType="button" options={SEVERITIES.map((value) => ({ value, label: t(`severity.${value}`) }))} />
          </Form.Item>
        </div>
        <div className="report-pair">
          <Form.Item name="name" label={t('report.reporter')}>
            <Input maxLength={40} autoComplete="off" />
          </Form.Item>
          <Form.Item
            name="phone"
            label={t('report.phone')}
            rules={[{ pattern: /^[0-9+() -]{5,20}$/, message: t('report.phoneWrong') }]}
          >
            <Input maxLength={20} autoComplete="off" inputMode="tel" />
          </Form.Item>
        </div>
        <div className="report-flags">
          <Form.Item name="urgent" valuePropName="checked" noStyle>
            <Checkbox>{t('report.urgent')}</Checkbox>
          </Form.Item>
          <Form.Item name="needVisit" valuePropName="checked" noStyle>
            <Checkbox>{t('report.needVisit')}</Checkbox>
          </Form.Item>
        </div>
        <Form.Item label={t('phase.near')}>
          <PhotoUpload value={near} onChange={setNear} phase="near" />
        </Form.Item>
        <Form.Item label={t('phase.far')}>
          <PhotoUpload value={far} onChange={setFar} phase="far" />
        </Form.Item>
        <div className="report-acts">
          <Button type="primary" htmlType="submit" size="large" loading={busy}>
            {t('report.submit')}
          </Button>
          <span>{t('report.promise')}</span>
        </div>
      </Form>
      <PlacePicker
        point={point}
        start={start.point}
        onPoint={(p, place, address) => {
          setPoint(p)
          setLocated(place)
          const written: string = form.getFieldValue('address') ?? ''
          if (!address || (written.trim() && written !== filled.current)) return
          filled.current = address
          form.setFieldValue('address', address)
        }}
      />
    </div>
  )
}

/** The class that stands in the code of a component: digits 7 to 10 of the 16 of 2013, 7 to 11 of the 17 of 2026; null when it is unknown. */
export function classOfComponent(code: string, classes: readonly ClassItem[]): ClassItem | null {
  const classCode = code.slice(6, code.length === 17 ? 11 : 10)
  return classes.find((c) => c.kind === 'component' && c.code === classCode && c.active) ?? null
}

/** The place and the component an address begins a report with; null where it says none, or nonsense. */
export function startOf(params: URLSearchParams): { point: [number, number] | null; component: string | null } {
  const [lng, lat] = [params.get('lng'), params.get('lat')].map((v) => (v ? Number(v) : Number.NaN)) as [number, number]
  const component = params.get('component') ?? ''
  return {
    point: Math.abs(lng) <= 180 && Math.abs(lat) <= 90 ? [lng, lat] : null,
    component: /^\d{16,17}$/.test(component) ? component : null
  }
}
