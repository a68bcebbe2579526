import type { HotlineCategory } from '@chengyun/contract/public'
import { EmptyState } from '@chengyun/ui'
import { Alert, Button, Drawer, Form, Input, Popconfirm, Table } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { useClasses } from '../../api/config.ts'
import { ClassPicker } from '../../parts/ClassPicker.tsx'
import { QueryError } from '../../parts/states.tsx'
import { useAct } from '../../parts/useAct.tsx'
import { usePreferences } from '../../preferences.tsx'
import { readCategories, useCategories } from './data.ts'
import { categoriesOf } from './lines.ts'

const STANDARD = 'GB/T 47678.5-2026'

/** What the categories of hotlines mean here. Every change is made on the table as it is now, and can be taken back. */
export function Categories() {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const found = useCategories()
  const classes = useClasses()
  const { act, busy } = useAct(['hotlineCategories'])
  const [q, setQ] = useState('')
  const [open, setOpen] = useState<HotlineCategory | 'new' | 'paste' | null>(null)
  const items = found.data?.items ?? []
  const classOf = (code: string) =>
    classes.data?.classes.find((c) => c.standardRef === STANDARD && c.kind === 'matter' && c.code === code)
  const className = (code: string) => {
    const c = classOf(code)
    return c ? (language === 'en' && c.nameEn ? c.nameEn : c.name) : ''
  }
  const sought = q.trim()
  const rows = items.filter((i) => `${i.category}${i.classCode}${className(i.classCode)}`.includes(sought))
  const put = (table: readonly HotlineCategory[]) => api('/public/hotline/categories', { method: 'PUT', body: { items: table } })
  /** Takes away what is named in `out`, and adds `rows`; on the table as it is at this moment. */
  const change = (out: readonly string[], added: readonly HotlineCategory[], done: string) =>
    act(
      async () => {
        const before = (await readCategories()).items
        const gone = new Set([...out, ...added.map((r) => r.category)])
        await put([...before.filter((r) => !gone.has(r.category)), ...added])
        return before
      },
      { done, undo: put }
    )
  const save = async (added: readonly HotlineCategory[], replaced: string[] = []) => {
    const [only] = added
    const done =
      added.length === 1 && only ? t('pub.cat.saved', { name: only.category }) : t('pub.cat.savedN', { n: added.length })
    if (await change(replaced, added, done)) setOpen(null)
  }
  if (found.isError) return <QueryError of={found} />
  return (
    <>
      <div className="admin-tools">
        <Input
          allowClear
          value={q}
          placeholder={t('pub.cat.search')}
          aria-label={t('pub.cat.search')}
          style={{ width: 260 }}
          onChange={(e) => setQ(e.target.value)}
        />
        <span className="admin-muted">{t('pub.cat.hint')}</span>
        <span className="row-acts">
          <Button onClick={() => setOpen('paste')}>{t('pub.cat.paste')}</Button>
          <Button type="primary" onClick={() => setOpen('new')}>
            {t('pub.cat.add')}
          </Button>
        </span>
      </div>
      <Table<HotlineCategory>
        size="small"
        rowKey="category"
        loading={found.isPending}
        dataSource={rows}
        pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false, showTotal: (n) => t('pub.cat.total', { n }) }}
        locale={{
          emptyText: sought ? (
            <EmptyState title={t('pub.cat.noHit', { q: sought })} />
          ) : (
            <EmptyState title={t('pub.cat.none')} hint={t('pub.cat.noneHint')} />
          )
        }}
        columns={[
          { title: t('pub.cat.category'), dataIndex: 'category' },
          {
            title: t('pub.cat.class'),
            render: (_, r) => (
              <>
                <code>{r.classCode}</code> {className(r.classCode)}
                {classes.data && !classOf(r.classCode)?.active ? <span className="late"> {t('pub.cat.gone')}</span> : null}
              </>
            )
          },
          {
            title: <span className="cy-visually-hidden">{t('pub.acts')}</span>,
            width: 150,
            align: 'right',
            render: (_, r) => (
              <span className="row-acts">
                <Button size="small" onClick={() => setOpen(r)}>
                  {t('pub.change')}
                </Button>
                <Popconfirm
                  title={t('pub.cat.removeAsk', { name: r.category })}
                  onConfirm={() => change([r.category], [], t('pub.cat.removed', { name: r.category }))}
                >
                  <Button size="small" disabled={busy}>
                    {t('pub.remove')}
                  </Button>
                </Popconfirm>
              </span>
            )
          }
        ]}
      />
      <Drawer
        open={open !== null}
        onClose={() => setOpen(null)}
        size={480}
        destroyOnHidden
        title={t(open === 'paste' ? 'pub.cat.paste' : open === 'new' ? 'pub.cat.add' : 'pub.cat.edit')}
      >
        {open === 'paste' ? <Paste busy={busy} onSave={(added) => void save(added)} /> : null}
        {open !== null && open !== 'paste' ? (
          <One
            row={open === 'new' ? null : open}
            busy={busy}
            onSave={(row) => void save([row], open === 'new' ? [] : [open.category])}
          />
        ) : null}
      </Drawer>
    </>
  )
}

function One({ row, busy, onSave }: { row: HotlineCategory | null; busy: boolean; onSave: (row: HotlineCategory) => void }) {
  const { t } = useTranslation()
  const [code, setCode] = useState<string | null>(row?.classCode ?? null)
  const [missing, setMissing] = useState(false)
  const send = ({ category }: { category: string }) => {
    setMissing(code === null)
    if (code !== null) onSave({ category: category.trim(), classCode: code })
  }
  return (
    <Form layout="vertical" requiredMark={false} disabled={busy} onFinish={send} initialValues={row ?? {}}>
      <Form.Item
        name="category"
        label={t('pub.cat.category')}
        extra={t('pub.cat.categoryHint')}
        rules={[{ required: true, whitespace: true, message: t('field.needed', { field: t('pub.cat.category') }) }]}
      >
        <Input maxLength={60} autoFocus />
      </Form.Item>
      <Form.Item
        label={t('pub.cat.class')}
        htmlFor="category-class"
        {...(missing && { validateStatus: 'error' as const, help: t('field.needed', { field: t('pub.cat.class') }) })}
      >
        <ClassPicker id="category-class" kind="matter" value={code} onChange={(c) => setCode(c?.code ?? null)} />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={busy}>
        {t('pub.save')}
      </Button>
    </Form>
  )
}

function Paste({ busy, onSave }: { busy: boolean; onSave: (rows: HotlineCategory[]) => void }) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const { items, wrong } = categoriesOf(text)
  // Of two lines about one category the later one holds, as in a table that is read downwards.
  const rows = [...new Map(items.map((i) => [i.category, i])).values()]
  return (
    <>
      <p className="admin-muted">{t('pub.cat.pasteHint')}</p>
      <Input.TextArea
        rows={14}
        value={text}
        aria-label={t('pub.cat.paste')}
        placeholder={t('pub.cat.pasteExample')}
        onChange={(e) => setText(e.target.value)}
      />
      {wrong.length > 0 ? (
        <Alert type="warning" className="once" title={t('pub.cat.pasteWrong', { lines: wrong.slice(0, 20).join('、') })} />
      ) : null}
      <Button
        type="primary"
        className="below"
        loading={busy}
        disabled={rows.length === 0 || wrong.length > 0}
        onClick={() => onSave(rows)}
      >
        {t('pub.cat.pasteSave', { n: rows.length })}
      </Button>
    </>
  )
}
