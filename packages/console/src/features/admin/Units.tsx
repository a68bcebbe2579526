import { UNIT_KIND_NAMES, UNIT_KINDS, UNIT_PARENTS, type UnitKind, type UnitView } from '@chengyun/contract/org'
import { EmptyState, Skeleton } from '@chengyun/ui'
import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query'
import { Button, Form, Input, Select, Tree } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, query } from '../../api/client.ts'
import { useUnits } from '../../api/reference.ts'
import { useMay } from '../../api/session.ts'
import { QueryError } from '../../parts/states.tsx'
import { usePreferences } from '../../preferences.tsx'
import { useChange } from './useChange.tsx'

interface Node {
  key: string
  title: string
  isLeaf: boolean
  unit: UnitView
  children?: Node[]
}

/** Units below one, or the city's centre. Kept under one key, so that any change of units reads them again. */
const childrenOf = (parentId: string | null) => ({
  queryKey: ['unit-children', parentId],
  queryFn: async ({ signal }: { signal: AbortSignal }) => {
    const filter = parentId ? { parentId, limit: 500 } : { kind: 'city_center', limit: 10 }
    return (await api<{ items: UnitView[] }>(`/org/units${query(filter)}`, { signal })).items
  },
  staleTime: 60_000
})

/** The organisation tree, one branch at a time, and the unit that is looked at. */
export default function Units() {
  const { t } = useTranslation()
  const may = useMay()
  const [q, setQ] = useState('')
  const [chosen, setChosen] = useState<string | null>(null)
  const [adding, setAdding] = useState(false)
  /** Branches opened by hand; null while the first one stands open by itself. */
  const [opened, setOpened] = useState<string[] | null>(null)
  const root = useQuery(childrenOf(null))
  const found = useUnits({ q, limit: 50 })
  const open = opened ?? root.data?.slice(0, 1).map((u) => u.id) ?? []
  const branches = useQueries({ queries: open.map(childrenOf) })
  const below = new Map(open.map((id, i) => [id, branches[i]?.data]))
  const nodeOf = (unit: UnitView): Node => {
    const children = below.get(unit.id)?.map(nodeOf)
    return { key: unit.id, title: unit.name, isLeaf: unit.children === 0, unit, ...(children ? { children } : {}) }
  }
  const unit = useQuery({
    queryKey: ['units', 'one', chosen],
    queryFn: ({ signal }) => api<UnitView>(`/org/units/${chosen}`, { signal }),
    enabled: chosen !== null,
    placeholderData: keepPreviousData
  })
  const choose = (id: string) => {
    setChosen(id)
    setAdding(false)
  }
  if (root.isPending) return <Skeleton lines={10} />
  if (root.isError) return <QueryError of={root} />
  return (
    <div className="admin-cols">
      <div>
        <div className="admin-tools">
          <Input allowClear placeholder={t('unit.search')} value={q} onChange={(e) => setQ(e.target.value)} />
        </div>
        <div className="admin-tree">
          {q ? (
            found.data?.items.map((u) => (
              <Button key={u.id} type="text" block style={{ justifyContent: 'flex-start' }} onClick={() => choose(u.id)}>
                {u.name}
              </Button>
            ))
          ) : (
            <Tree
              treeData={(root.data ?? []).map(nodeOf)}
              blockNode
              expandedKeys={open}
              onExpand={(keys) => setOpened(keys.map(String))}
              selectedKeys={chosen ? [chosen] : []}
              onSelect={(_, { node }) => choose(String(node.key))}
            />
          )}
        </div>
      </div>
      {unit.isError ? <QueryError of={unit} /> : null}
      {chosen && unit.data ? (
        <UnitCard
          key={`${unit.data.id}${unit.data.version}${adding}`}
          unit={unit.data}
          adding={adding}
          onAdd={may('org:units') ? () => setAdding(true) : null}
          onCancel={() => setAdding(false)}
        />
      ) : (
        <EmptyState title={t('units.choose')} hint={t('units.chooseHint')} />
      )}
    </div>
  )
}

function UnitCard({
  unit,
  adding,
  onAdd,
  onCancel
}: {
  unit: UnitView
  adding: boolean
  onAdd: (() => void) | null
  onCancel: () => void
}) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const { propose, dialog } = useChange(['unit-children', 'units'])
  const kinds = UNIT_KINDS.filter((k) => UNIT_PARENTS[k].includes(unit.kind))
  return (
    <div className="admin-card">
      <dl>
        <dt>{t('units.name')}</dt>
        <dd>{unit.name}</dd>
        <dt>{t('units.kind')}</dt>
        <dd>{UNIT_KIND_NAMES[unit.kind][language]}</dd>
        <dt>{t('units.code')}</dt>
        <dd>{unit.code ?? '–'}</dd>
        <dt>{t('units.division')}</dt>
        <dd>{unit.streetCode ?? unit.districtCode ?? '–'}</dd>
        <dt>{t('units.below')}</dt>
        <dd>{t('units.belowCount', { units: unit.children, posts: unit.posts })}</dd>
        <dt>{t('units.state')}</dt>
        <dd>{t(unit.active ? 'state.active' : 'state.inactive')}</dd>
      </dl>
      {onAdd === null ? null : adding ? (
        <Form
          layout="vertical"
          className="admin-form"
          onFinish={(v: { key: string; kind: UnitKind; name: string; shortName?: string }) =>
            propose({
              title: t('units.add'),
              path: '/org/units',
              method: 'POST',
              body: { ...v, parentId: unit.id, districtCode: unit.districtCode, streetCode: unit.streetCode }
            })
          }
        >
          <Form.Item
            name="name"
            label={t('units.name')}
            rules={[{ required: true, message: t('field.needed', { field: t('units.name') }) }]}
          >
            <Input maxLength={80} />
          </Form.Item>
          <Form.Item name="shortName" label={t('units.shortName')}>
            <Input maxLength={40} />
          </Form.Item>
          <Form.Item
            name="key"
            label={t('units.key')}
            extra={t('units.keyHint')}
            rules={[{ required: true, pattern: /^[a-z0-9][a-z0-9.-]{1,63}$/, message: t('units.keyHint') }]}
          >
            <Input />
          </Form.Item>
          <Form.Item
            name="kind"
            label={t('units.kind')}
            rules={[{ required: true, message: t('field.needed', { field: t('units.kind') }) }]}
          >
            <Select options={kinds.map((value) => ({ value, label: UNIT_KIND_NAMES[value][language] }))} />
          </Form.Item>
          <div className="admin-tools wide">
            <Button type="primary" htmlType="submit">
              {t('change.preview')}
            </Button>
            <Button onClick={onCancel}>{t('panel.cancel')}</Button>
          </div>
        </Form>
      ) : (
        <Form
          layout="vertical"
          className="admin-form"
          initialValues={{ name: unit.name, shortName: unit.shortName, code: unit.code }}
          onFinish={(v: { name: string; shortName: string; code?: string }) =>
            propose({
              title: t('units.change', { name: unit.name }),
              path: `/org/units/${unit.id}`,
              method: 'PATCH',
              body: { version: unit.version, name: v.name, shortName: v.shortName, code: v.code || null }
            })
          }
        >
          <Form.Item
            name="name"
            label={t('units.name')}
            rules={[{ required: true, message: t('field.needed', { field: t('units.name') }) }]}
          >
            <Input maxLength={80} />
          </Form.Item>
          <Form.Item name="shortName" label={t('units.shortName')}>
            <Input maxLength={40} />
          </Form.Item>
          <Form.Item name="code" label={t('units.code')} className="wide">
            <Input maxLength={30} />
          </Form.Item>
          <div className="admin-tools wide">
            <Button type="primary" htmlType="submit">
              {t('change.preview')}
            </Button>
            {kinds.length > 0 ? <Button onClick={onAdd}>{t('units.add')}</Button> : null}
            <Button
              danger={unit.active}
              onClick={() =>
                void propose({
                  title: t(unit.active ? 'units.stop' : 'units.restart', { name: unit.name }),
                  path: `/org/units/${unit.id}`,
                  method: 'PATCH',
                  body: { version: unit.version, active: !unit.active }
                })
              }
            >
              {t(unit.active ? 'state.stop' : 'state.restart')}
            </Button>
          </div>
        </Form>
      )}
      {dialog}
    </div>
  )
}
