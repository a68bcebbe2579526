import type { ItemView, TypeDetail } from '@chengyun/contract/registry'
import { EmptyState, formatDateTime } from '@chengyun/ui'
import { Input } from 'antd'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { ListState, LoadMore } from '../../parts/states.tsx'
import { usePreferences } from '../../preferences.tsx'
import { attributeText } from '../map/itemText.ts'
import type { BatchPartProps } from './BatchPage.tsx'
import { useVersion } from './batches.ts'
import { ClassSelect } from './ClassSelect.tsx'
import { ExportAs } from './ExportMenu.tsx'
import { State } from './State.tsx'
import { useValueWords } from './words.ts'

const UNITS = ['authority', 'owner', 'maintainer'] as const

/** The version a census published: its items as they were then, to be read, searched and exported, never changed. */
export function BatchItems({ batch, register }: BatchPartProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const [text, setText] = useState('')
  const [cls, setClass] = useState<string | null>(null)
  const [open, setOpen] = useState<string | null>(null)
  const q = useDeferredValue(text.trim())
  const asked = { ...(q ? { q } : {}), ...(cls ? { class: cls } : {}) }
  const found = useVersion(batch.id, asked)
  const rows = found.data?.pages.flatMap((p) => p.items) ?? []
  const units = UNITS.filter((u) => register.declaration.units?.includes(u))
  return (
    <section className="reg-version">
      <p className="reg-hint">{t('registry.versionHint', { at: formatDateTime(batch.publishedAt) })}</p>
      <div className="reg-filters">
        <Input.Search
          allowClear
          value={text}
          maxLength={100}
          style={{ width: 260 }}
          placeholder={t('registry.versionSearch')}
          aria-label={t('registry.versionSearch')}
          onChange={(e) => setText(e.target.value)}
        />
        {register.classes.length > 0 ? (
          <ClassSelect
            register={register}
            value={cls}
            onChange={setClass}
            label={t('registry.field.class')}
            style={{ width: 220 }}
          />
        ) : null}
        <ExportAs register={register} path={`/api/registry/batches/${batch.id}/items`} asked={asked} />
      </div>
      <ListState of={found} rows={rows.length} lines={8} none={<EmptyState title={t('registry.noneFiltered')} />} />
      {rows.length > 0 ? (
        <div className="reg-wide">
          <table className="reg-grid">
            <thead>
              <tr>
                <th scope="col">{t('registry.field.code')}</th>
                {register.classes.length > 0 ? <th scope="col">{t('registry.field.class')}</th> : null}
                <th scope="col">{t('registry.field.name')}</th>
                <th scope="col">{t('registry.field.status')}</th>
                <th scope="col">{t('registry.field.address')}</th>
                {units.map((u) => (
                  <th key={u} scope="col">
                    {t(`registry.field.${u}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody translate="no">
              {rows.map((row) => (
                <Row
                  key={row.code}
                  row={row}
                  register={register}
                  units={units}
                  language={language}
                  isOpen={open === row.code}
                  onOpen={() => setOpen(open === row.code ? null : row.code)}
                />
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
      <LoadMore list={found} />
    </section>
  )
}

interface RowProps {
  row: ItemView
  register: TypeDetail
  units: readonly (typeof UNITS)[number][]
  language: 'zh' | 'en'
  isOpen: boolean
  onOpen: () => void
}

/** An item of the version; opened, with all its attributes and the way to what became of it. */
function Row({ row, register, units, language, isOpen, onOpen }: RowProps) {
  const { t } = useTranslation()
  const words = useValueWords()
  const d = register.declaration
  const hasClasses = register.classes.length > 0
  const facts = d.attributes.flatMap((a) => {
    const text = attributeText(a, row.attributes[a.key], language, words)
    return text === '' ? [] : [{ key: a.key, name: a.name[language], text }]
  })
  return (
    <>
      <tr>
        <td>
          <button type="button" className="reg-link num" aria-expanded={isOpen} onClick={onOpen}>
            {row.code}
          </button>
        </td>
        {hasClasses ? <td>{language === 'en' && row.class?.nameEn ? row.class.nameEn : row.class?.name}</td> : null}
        <td>{row.name}</td>
        <td>
          <State declaration={d} status={row.status} />
        </td>
        <td>{row.address}</td>
        {units.map((u) => (
          <td key={u}>{row[u]?.name ?? '–'}</td>
        ))}
      </tr>
      {isOpen ? (
        <tr className="reg-version-more">
          <td colSpan={4 + units.length + (hasClasses ? 1 : 0)}>
            <dl>
              {row.place ? (
                <div>
                  <dt>{t('registry.field.place')}</dt>
                  <dd className="num">{row.place.map((n) => n.toFixed(6)).join(', ')}</dd>
                </div>
              ) : null}
              {facts.map((f) => (
                <div key={f.key}>
                  <dt>{f.name}</dt>
                  <dd>{f.text}</dd>
                </div>
              ))}
            </dl>
            <Link href={`/registers/list/${register.id}/${encodeURIComponent(row.code)}`}>{t('registry.versionNow')}</Link>
          </td>
        </tr>
      ) : null}
    </>
  )
}
