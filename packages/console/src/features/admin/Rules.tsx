import type { RuleView } from '@chengyun/contract/dispatch'
import { EmptyState } from '@chengyun/ui'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { Button, Drawer, Input, Table, Tabs } from 'antd'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, query } from '../../api/client.ts'
import { useClasses } from '../../api/config.ts'
import { useDivisions } from '../../api/reference.ts'
import { useMay } from '../../api/session.ts'
import { LoadMore, QueryError } from '../../parts/states.tsx'
import { RuleCheck } from './RuleCheck.tsx'
import { RuleForm } from './RuleForm.tsx'
import { RuleHistory } from './RuleHistory.tsx'
import { useTargetText } from './targetText.ts'

/** Who answers for what where: the rules, the checker over all of them, and what was changed. */
export default function Rules() {
  const { t } = useTranslation()
  const may = useMay()
  const tabs = [{ key: 'rules', label: t('rules.list'), children: <RuleList /> }]
  if (may('dispatch:config')) {
    tabs.push(
      { key: 'check', label: t('rules.check'), children: <RuleCheck /> },
      { key: 'history', label: t('rules.history'), children: <RuleHistory /> }
    )
  }
  return <Tabs items={tabs} destroyOnHidden />
}

function RuleList() {
  const { t } = useTranslation()
  const may = useMay()
  const divisions = useDivisions()
  const [q, setQ] = useState('')
  const [open, setOpen] = useState<RuleView | 'new' | null>(null)
  const sought = useDeferredValue(q.trim())
  const rules = useInfiniteQuery({
    queryKey: ['rules', sought],
    queryFn: ({ pageParam, signal }) =>
      api<{ items: RuleView[]; next: string | null }>(`/dispatch/rules${query({ q: sought, after: pageParam, limit: 200 })}`, {
        signal
      }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData
  })
  const targetText = useTargetText()
  const classes = useClasses()
  const className = (r: RuleView, code: string) =>
    classes.data?.classes.find(
      (c) => c.standardRef === r.standardRef && c.kind === r.kind && (c.code === code || c.majorCode === code)
    )
  const areaName = (code: string) => divisions.data?.find((d) => d.code === code)?.name ?? code
  if (rules.isError) return <QueryError of={rules} />
  return (
    <>
      <div className="admin-tools">
        <Input
          allowClear
          value={q}
          onChange={(e) => setQ(e.target.value)}
          placeholder={t('rules.search')}
          style={{ width: 280 }}
        />
        {may('dispatch:config') ? (
          <Button type="primary" onClick={() => setOpen('new')}>
            {t('rules.add')}
          </Button>
        ) : null}
      </div>
      <Table<RuleView>
        size="small"
        rowKey="id"
        loading={rules.isPending}
        dataSource={rules.data?.pages.flatMap((p) => p.items) ?? []}
        pagination={false}
        locale={{ emptyText: <EmptyState title={t('rules.none')} hint={t('rules.noneHint')} /> }}
        onRow={(r) => ({ onClick: () => setOpen(r), style: { cursor: 'pointer' } })}
        columns={[
          {
            title: t('rules.classes'),
            render: (_, r) => (
              <>
                {r.classes
                  .slice(0, 4)
                  .map((code) => (code.length === 2 ? className(r, code)?.majorName : className(r, code)?.name) ?? code)
                  .join('、')}
                {r.classes.length > 4 ? ` … ${r.classes.length}` : ''}
                <small className="rule-classes">
                  {t(`kind.${r.kind}`)} {r.classes.slice(0, 8).join(' ')}
                </small>
              </>
            )
          },
          {
            title: t('rules.areas'),
            render: (_, r) =>
              r.areas === null
                ? t('account.wholeCity')
                : r.areas.slice(0, 4).map(areaName).join('、') + (r.areas.length > 4 ? ` … ${r.areas.length}` : '')
          },
          { title: t('rules.target'), render: (_, r) => r.targetName ?? targetText(r.target) },
          { title: t('rules.note'), dataIndex: 'note' },
          { title: t('rules.version'), dataIndex: 'version', width: 70 }
        ]}
      />
      <LoadMore list={rules} />
      <Drawer
        open={open !== null}
        onClose={() => setOpen(null)}
        size={640}
        title={t(open === 'new' ? 'rules.add' : 'rules.edit')}
        destroyOnHidden
      >
        {open ? <RuleForm rule={open === 'new' ? null : open} onDone={() => setOpen(null)} /> : null}
      </Drawer>
    </>
  )
}
