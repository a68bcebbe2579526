import { PEER_DIRECTIONS, PEER_OUTSIDE, type PeerChange, type PeerCreate, type PeerView } from '@chengyun/contract/public'
import { Button, Checkbox, Form, Input, Select, Switch } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { useDistricts } from '../../api/reference.ts'
import { useAct } from '../../parts/useAct.tsx'
import { useOpen311Keys } from './data.ts'

const SYSTEMS_OF_COORDINATES = ['WGS84', 'CGCS2000', 'GCJ02', 'BD09'] as const
/** Seconds between two runs, offered. */
const PERIODS = [60, 300, 900, 3600, 21_600, 86_400]

type Values = Omit<PeerCreate, 'jurisdictionId' | 'area' | 'keyId' | 'apiKey' | 'pullSince'> & {
  jurisdictionId?: string | null
  area?: string | null
  keyId?: string | null
  apiKey?: string
  dropKey?: boolean
}

const NEW: Partial<Values> = {
  direction: 'pull',
  crs: 'WGS84',
  pollS: 300,
  pullClosed: false,
  outside: 'reject',
  pushDistricts: [],
  reportBack: true,
  enabled: true
}

const changeOf = (v: Values, pullSince: string | null): PeerChange => ({
  name: v.name.trim(),
  baseUrl: v.baseUrl.trim().replace(/\/+$/, ''),
  jurisdictionId: v.jurisdictionId?.trim() || null,
  direction: v.direction,
  crs: v.crs,
  pollS: v.pollS,
  pullSince,
  pullClosed: v.pullClosed,
  area: v.area ?? null,
  outside: v.outside,
  pushDistricts: v.pushDistricts,
  reportBack: v.reportBack,
  keyId: v.keyId ?? null,
  enabled: v.enabled
})

/** Address, direction and rules of a peer. Its api_key is written and never read again. */
export function PeerForm({ peer, onSaved }: { peer: PeerView | null; onSaved: (peer: PeerView) => void }) {
  const { t } = useTranslation()
  const { act, busy } = useAct(['peers'])
  const [form] = Form.useForm<Values>()
  const direction = Form.useWatch('direction', form) ?? peer?.direction ?? 'pull'
  const districts = useDistricts().map((d) => ({ value: d.code, label: d.name }))
  const keys = (useOpen311Keys().data?.items ?? []).filter((k) => !k.revokedAt).map((k) => ({ value: k.id, label: k.name }))
  const send = async (given: Values) => {
    // Fields of a direction that is not chosen are not on the form: they stay as they are.
    const v: Values = { ...NEW, ...peer, ...given }
    const apiKey = v.apiKey?.trim()
    if (!peer) {
      const body: PeerCreate = { ...changeOf(v, null), key: v.key, apiKey: apiKey || null }
      const made = await act(() => api<PeerView>('/public/open311/peers', { body }), {
        done: t('peer.made', { name: body.name })
      })
      if (made) onSaved(made)
      return
    }
    const path = `/public/open311/peers/${peer.id}`
    const body: PeerChange = {
      ...changeOf(v, peer.pullSince),
      ...(v.dropKey ? { apiKey: null } : apiKey ? { apiKey } : {})
    }
    // A key that was replaced is gone: taking back would leave it half done.
    const undo =
      'apiKey' in body
        ? {}
        : { undo: () => api(path, { method: 'PUT', body: changeOf({ ...NEW, ...peer } as Values, peer.pullSince) }) }
    const saved = await act(() => api<PeerView>(path, { method: 'PUT', body }), {
      done: t('peer.saved', { name: body.name }),
      ...undo
    })
    if (saved) onSaved(saved)
  }
  const needed = (label: string) => ({ required: true, whitespace: true, message: t('field.needed', { field: label }) })
  const pulls = direction !== 'push'
  const pushes = direction !== 'pull'
  return (
    <Form<Values> form={form} layout="vertical" requiredMark={false} disabled={busy} onFinish={send} initialValues={peer ?? NEW}>
      {peer ? null : (
        <Form.Item
          name="key"
          label={t('pub.systems.key')}
          rules={[needed(t('pub.systems.key')), { pattern: /^[a-z0-9][a-z0-9-]{1,30}$/, message: t('peer.keyWrong') }]}
        >
          <Input maxLength={31} placeholder="laoshan-open311" autoFocus />
        </Form.Item>
      )}
      <Form.Item name="name" label={t('peer.name')} rules={[needed(t('peer.name'))]}>
        <Input maxLength={80} />
      </Form.Item>
      <Form.Item
        name="baseUrl"
        label={t('peer.baseUrl')}
        extra={t('peer.baseUrlHint')}
        rules={[needed(t('peer.baseUrl')), { pattern: /^https?:\/\/[^\s?#@]+$/, message: t('pub.systems.urlWrong') }]}
      >
        <Input maxLength={400} placeholder="https://example.org/open311/v2" inputMode="url" />
      </Form.Item>
      <div className="two">
        <Form.Item name="direction" label={t('peer.direction')}>
          <Select options={PEER_DIRECTIONS.map((value) => ({ value, label: t(`peer.directionMeans.${value}`) }))} />
        </Form.Item>
        <Form.Item name="pollS" label={t('peer.poll')}>
          <Select options={PERIODS.map((value) => ({ value, label: t(`peer.every.${value}`) }))} />
        </Form.Item>
        <Form.Item name="jurisdictionId" label={t('peer.jurisdiction')} extra={t('peer.jurisdictionHint')}>
          <Input maxLength={80} />
        </Form.Item>
        <Form.Item name="crs" label={t('pub.systems.crs')}>
          <Select options={SYSTEMS_OF_COORDINATES.map((value) => ({ value, label: t(`pub.crs.${value}`) }))} />
        </Form.Item>
      </div>
      <Form.Item name="apiKey" label={t('peer.apiKey')} extra={t(peer?.hasApiKey ? 'peer.apiKeyKept' : 'peer.apiKeyHint')}>
        <Input.Password maxLength={200} autoComplete="off" visibilityToggle={false} />
      </Form.Item>
      {peer?.hasApiKey ? (
        <Form.Item name="dropKey" valuePropName="checked">
          <Checkbox>{t('peer.apiKeyDrop')}</Checkbox>
        </Form.Item>
      ) : null}
      {pulls ? (
        <>
          <h3>{t('peer.fromThem')}</h3>
          <div className="two">
            <Form.Item name="area" label={t('peer.area')} extra={t('peer.areaHint')}>
              <Select allowClear placeholder={t('peer.noArea')} options={districts} />
            </Form.Item>
            <Form.Item name="outside" label={t('peer.outside')}>
              <Select options={PEER_OUTSIDE.map((value) => ({ value, label: t(`peer.outside.${value}`) }))} />
            </Form.Item>
          </div>
          <Form.Item name="pullClosed" valuePropName="checked">
            <Checkbox>{t('peer.pullClosed')}</Checkbox>
          </Form.Item>
          <Form.Item name="reportBack" valuePropName="checked">
            <Checkbox>{t('peer.reportBack')}</Checkbox>
          </Form.Item>
        </>
      ) : null}
      {pushes ? (
        <>
          <h3>{t('peer.toThem')}</h3>
          <Form.Item name="pushDistricts" label={t('peer.districts')} extra={t('peer.districtsHint')}>
            <Select mode="multiple" allowClear options={districts} />
          </Form.Item>
        </>
      ) : null}
      <Form.Item name="keyId" label={t('peer.theirKey')} extra={t('peer.theirKeyHint')}>
        <Select allowClear placeholder={t('peer.noTheirKey')} options={keys} />
      </Form.Item>
      <Form.Item name="enabled" label={t('pub.systems.enabled')} valuePropName="checked">
        <Switch />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={busy}>
        {t(peer ? 'pub.save' : 'peer.create')}
      </Button>
    </Form>
  )
}
