import type { RegisterDeclaration, TypeCheck, TypeDetail } from '@chengyun/contract/registry'
import { Skeleton } from '@chengyun/ui'
import { useQuery } from '@tanstack/react-query'
import { Alert, App, Button, Input, Tabs } from 'antd'
import { useDeferredValue, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { api } from '../../../api/client.ts'
import { useMay } from '../../../api/session.ts'
import { QueryError } from '../../../parts/states.tsx'
import { usePreferences } from '../../../preferences.tsx'
import { useRegister } from '../data.ts'
import { useFresh } from '../useFresh.ts'
import { Arrangement } from './Arrangement.tsx'
import { Attributes } from './Attributes.tsx'
import { Basics } from './Basics.tsx'
import { blankDeclaration, PARTS, type Part, partOf, tidy } from './blank.ts'
import { CheckPanel } from './CheckPanel.tsx'
import { Coding } from './Coding.tsx'
import { Json } from './Json.tsx'
import { Preview } from './Preview.tsx'
import { Relations } from './Relations.tsx'
import { Retire } from './Retire.tsx'
import { States } from './States.tsx'
import { Versions } from './Versions.tsx'

/** The definition of a register, new or known: its form, what is wrong with it, what it would look like, its versions, its JSON. */
export default function Declare({ type }: { type: string }) {
  const { t } = useTranslation()
  const may = useMay()
  const found = useRegister(type === 'new' ? null : type)
  const [blank] = useState(() =>
    blankDeclaration({
      inUse: { zh: t('registry.inUse', { lng: 'zh' }), en: t('registry.inUse', { lng: 'en' }) },
      removed: { zh: t('registry.gone', { lng: 'zh' }), en: t('registry.gone', { lng: 'en' }) }
    })
  )
  if (!may('registry:config')) return <Alert type="info" showIcon title={t('registry.notYours')} />
  if (type === 'new') return <Editor start={blank} known={null} />
  if (found.isError) return <QueryError of={found} />
  if (!found.data) return <Skeleton lines={14} />
  return <Editor key={found.data.version} start={found.data.declaration} known={found.data} />
}

const FORMS = { basics: Basics, code: Coding, states: States, attributes: Attributes, layout: Arrangement, relations: Relations }

function Editor({ start, known }: { start: RegisterDeclaration; known: TypeDetail | null }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const { message } = App.useApp()
  const [, navigate] = useLocation()
  const fresh = useFresh()
  const [d, setD] = useState(start)
  const [tab, setTab] = useState('basics')
  const [note, setNote] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<Error | null>(null)
  const clean = useMemo(() => tidy(d), [d])
  const changed = JSON.stringify(clean) !== JSON.stringify(tidy(start))
  const asked = useDeferredValue(clean)
  const check = useQuery({
    queryKey: ['registry', 'check', asked],
    queryFn: ({ signal }) => api<TypeCheck>('/registry/types/check', { body: { declaration: asked }, signal }),
    placeholderData: (old) => old,
    staleTime: 30_000
  })
  const faults = check.data?.faults ?? []
  const sound = check.isSuccess && !check.isPlaceholderData && faults.length === 0 && check.data.affected.items === 0
  const save = async () => {
    setBusy(true)
    setError(null)
    const said = note.trim() ? { note: note.trim() } : {}
    try {
      const made = known
        ? await api<TypeDetail>(`/registry/types/${known.id}`, {
            method: 'PUT',
            body: { declaration: clean, version: known.version, ...said }
          })
        : await api<TypeDetail>('/registry/types', { body: { declaration: clean, ...said } })
      fresh()
      void message.success(t('registry.declSaved', { name: made.declaration.name[language], n: made.version }))
      navigate(`/registers/declare/${made.id}`)
    } catch (e) {
      setError(e as Error)
    } finally {
      setBusy(false)
    }
  }
  const change = (part: Partial<RegisterDeclaration>) => setD((old) => ({ ...old, ...part }))
  const count = (part: Part) => faults.filter((f) => partOf(f.path) === part).length
  const items = [
    ...PARTS.map((part) => {
      const Form = FORMS[part]
      return {
        key: part as string,
        label: (
          <>
            {t(`registry.part.${part}`)} {count(part) > 0 ? <b className="late">{count(part)}</b> : null}
          </>
        ),
        children: <Form d={d} onChange={change} known={known !== null} />
      }
    }),
    {
      key: 'preview',
      label: t('registry.part.preview'),
      children: <Preview declaration={clean} classes={known?.classes ?? []} />
    },
    { key: 'json', label: 'JSON', children: <Json value={clean} onChange={setD} /> },
    ...(known
      ? [
          {
            key: 'versions',
            label: t('registry.part.versions'),
            children: <Versions register={known} onTake={(old) => setD(old)} />
          }
        ]
      : [])
  ]
  return (
    <div className="reg-declare">
      <section className="reg-declare-main">
        <header className="reg-head">
          <div>
            <p className="reg-crumb">
              <Link href="/registers/declare">{t('registry.declare')}</Link>
            </p>
            <h1>{d.name[language] || t('registry.declareNew')}</h1>
            {known ? <p>{t('registry.version', { n: known.version })}</p> : null}
          </div>
          {known ? <Retire register={known} /> : null}
        </header>
        <Tabs activeKey={tab} items={items} animated={false} destroyOnHidden onChange={setTab} />
      </section>
      <aside className="reg-declare-side">
        <CheckPanel check={check} onOpen={(part) => setTab(part)} />
        {error ? <Alert type="error" showIcon title={error.message} /> : null}
        <Input.TextArea
          value={note}
          maxLength={500}
          autoSize={{ minRows: 2, maxRows: 4 }}
          placeholder={t('registry.declNote')}
          aria-label={t('registry.declNote')}
          onChange={(e) => setNote(e.target.value)}
        />
        <Button type="primary" block loading={busy} disabled={!sound || (known !== null && !changed)} onClick={() => void save()}>
          {t(known ? 'registry.saveVersion' : 'registry.declareCreate', { n: (known?.version ?? 0) + 1 })}
        </Button>
        {known && changed ? (
          <Button block onClick={() => setD(start)}>
            {t('registry.discard')}
          </Button>
        ) : null}
      </aside>
    </div>
  )
}
