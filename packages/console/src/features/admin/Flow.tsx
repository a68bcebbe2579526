import { LIMIT_KINDS, type Limit } from '@chengyun/contract/cases'
import { Skeleton } from '@chengyun/ui'
import { useQuery } from '@tanstack/react-query'
import { Button, Form, InputNumber, Segmented, Select, Switch } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { useDistricts } from '../../api/reference.ts'
import { useMay } from '../../api/session.ts'
import { QueryError } from '../../parts/states.tsx'
import { useChange } from './useChange.tsx'

interface FlowConfig {
  stageLimits: Record<string, Limit>
  maxExtend: number
  returnLimit: Limit
  reopenDays: number
  reworkMode: 'fresh' | 'remaining'
  twoStep: boolean
  feedbackReview: boolean
  merge: { withinM: number; withinH: number }
  collectorPhotos: boolean
  handlerPhotos: boolean
  mode: 'normal' | 'wartime' | 'majorEvent'
  regionClass: Record<string, string>
}

const STAGES = ['accept', 'verify', 'register', 'dispatch', 'check', 'close'] as const
/** Classes of management regions, by how closely they are looked after (GB/T 30428.8). */
const REGION_CLASSES = ['A', 'B', 'C'] as const
const SWITCHES = ['twoStep', 'feedbackReview', 'collectorPhotos', 'handlerPhotos'] as const

/** How the city runs the flow: operation mode, limits of the stages, what a step demands. */
export default function Flow() {
  const { t } = useTranslation()
  const may = useMay()
  const flow = useQuery({
    queryKey: ['flow'],
    queryFn: ({ signal }) => api<{ config: FlowConfig; version: number }>('/cases/config/flow', { signal })
  })
  const { propose, dialog } = useChange(['flow', 'conditions'])
  const [form] = Form.useForm<FlowConfig>()
  const mode = Form.useWatch('mode', form)
  const districts = useDistricts()
  if (flow.isPending) return <Skeleton lines={12} />
  if (flow.isError) return <QueryError of={flow} />
  const { config, version } = flow.data
  const editable = may('cases:config')
  return (
    <>
      <Form<FlowConfig>
        key={version}
        form={form}
        layout="vertical"
        disabled={!editable}
        initialValues={config}
        style={{ maxWidth: 720 }}
        onFinish={(v) =>
          propose({
            title: t('flow.change'),
            note: v.mode === config.mode ? undefined : `${t(`mode.${v.mode}`)}: ${t(`mode.${v.mode}.effect`)}`,
            path: '/cases/config/flow',
            method: 'PUT',
            // A district without a class has no entry.
            body: {
              ...v,
              regionClass: Object.fromEntries(Object.entries(v.regionClass ?? config.regionClass).filter(([, k]) => k))
            },
            undo: '/cases/config/changes/:id/undo'
          })
        }
      >
        <Form.Item name="mode" label={t('flow.mode')} extra={mode ? t(`mode.${mode}.effect`) : null}>
          <Segmented
            options={(['normal', 'wartime', 'majorEvent'] as const).map((value) => ({ value, label: t(`mode.${value}`) }))}
          />
        </Form.Item>
        <h2>{t('flow.stages')}</h2>
        <div className="admin-form">
          {STAGES.map((s) => (
            <LimitField key={s} name={['stageLimits', s]} label={t(`stage.${s}`)} />
          ))}
        </div>
        <h2>{t('flow.rules')}</h2>
        <div className="admin-form">
          <Form.Item name="maxExtend" label={t('flow.maxExtend')}>
            <InputNumber min={0} max={10} />
          </Form.Item>
          <Form.Item name="reopenDays" label={t('flow.reopenDays')}>
            <InputNumber min={0} max={3650} />
          </Form.Item>
          <LimitField name={['returnLimit']} label={t('flow.returnLimit')} />
          <Form.Item name="reworkMode" label={t('flow.reworkMode')}>
            <Select options={['fresh', 'remaining'].map((value) => ({ value, label: t(`flow.rework.${value}`) }))} />
          </Form.Item>
          <Form.Item name={['merge', 'withinM']} label={t('flow.mergeM')}>
            <InputNumber min={1} max={1000} />
          </Form.Item>
          <Form.Item name={['merge', 'withinH']} label={t('flow.mergeH')}>
            <InputNumber min={1} max={720} />
          </Form.Item>
        </div>
        {SWITCHES.map((s) => (
          <p key={s} className="admin-switch">
            <Form.Item name={s} valuePropName="checked" noStyle>
              <Switch size="small" />
            </Form.Item>
            <span>{t(`flow.${s}`)}</span>
          </p>
        ))}
        <h2>{t('flow.regions')}</h2>
        <p className="admin-muted">{t('flow.regionsHint')}</p>
        <div className="admin-form admin-regions">
          {districts.map((d) => (
            <Form.Item key={d.code} name={['regionClass', d.code]} label={d.name} initialValue={config.regionClass[d.code] ?? ''}>
              <Segmented
                options={[
                  { value: '', label: t('flow.regionNone') },
                  ...REGION_CLASSES.map((value) => ({ value, label: t('flow.regionClass', { k: value }) }))
                ]}
              />
            </Form.Item>
          ))}
        </div>
        {editable ? (
          <Button type="primary" htmlType="submit">
            {t('change.preview')}
          </Button>
        ) : (
          <p className="admin-muted">{t('change.readOnly')}</p>
        )}
      </Form>
      {dialog}
    </>
  )
}

function LimitField({ name, label }: { name: string[]; label: string }) {
  const { t } = useTranslation()
  return (
    <Form.Item label={label}>
      <div className="admin-tools" style={{ margin: 0 }}>
        <Form.Item name={[...name, 'value']} noStyle>
          <InputNumber min={1} max={1000} style={{ width: 90 }} aria-label={label} />
        </Form.Item>
        <Form.Item name={[...name, 'kind']} noStyle>
          <Select
            style={{ width: 140, marginLeft: 0 }}
            options={LIMIT_KINDS.map((value) => ({ value, label: t(`limitKind.${value}`) }))}
          />
        </Form.Item>
      </div>
    </Form.Item>
  )
}
