import { checkDeclaration, type RegisterDeclaration, type TypeDetail } from '@chengyun/contract/registry'
import { EmptyState } from '@chengyun/ui'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Draft } from '../draft.ts'
import { ItemForm } from '../ItemForm.tsx'
import { columnsFor, tracksOf } from '../layout.ts'
import { useFieldName } from '../words.ts'

const WIDTH = 900

/** What the list and the form of the definition will look like; the form can be tried. */
export function Preview({ declaration: d, classes }: { declaration: RegisterDeclaration; classes: TypeDetail['classes'] }) {
  const { t } = useTranslation()
  const fieldName = useFieldName()
  const [draft, setDraft] = useState<Draft>({})
  if (checkDeclaration(d).length > 0)
    return <EmptyState title={t('registry.previewLater')} hint={t('registry.previewLaterHint')} />
  const columns = columnsFor(d, WIDTH)
  const own = d.classes && 'list' in d.classes ? d.classes.list : []
  const register: TypeDetail = {
    id: d.id,
    version: 0,
    state: 'active',
    origin: '',
    declaration: d,
    counts: {},
    total: 0,
    updatedAt: new Date(0).toISOString(),
    can: { edit: true, config: true, review: true },
    classes:
      own.length > 0
        ? own.map((c) => ({
            code: c.code,
            name: c.name.zh,
            nameEn: c.name.en,
            majorCode: null,
            majorName: null,
            standardRef: null,
            active: true
          }))
        : classes
  }
  return (
    <div className="reg-preview-all">
      <h2>{t('registry.previewList')}</h2>
      <div className="reg-table" style={{ '--reg-tracks': tracksOf(columns) } as React.CSSProperties}>
        <div className="reg-line reg-line-head">
          <span />
          {columns.map((c) => (
            <span key={c.key} className={c.numeric ? 'numeric' : ''}>
              {fieldName(d, c.key)}
            </span>
          ))}
        </div>
      </div>
      <h2>{t('registry.previewForm')}</h2>
      <ItemForm
        register={register}
        draft={draft}
        onChange={(field, value) => setDraft((old) => ({ ...old, [field]: value }))}
        faults={new Map()}
        card={null}
      />
    </div>
  )
}
