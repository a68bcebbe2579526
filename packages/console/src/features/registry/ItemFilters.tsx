import type { ItemPage, TypeDetail } from '@chengyun/contract/registry'
import { formatNumber, KeyHint } from '@chengyun/ui'
import { Button, Dropdown, Input, Select } from 'antd'
import type { TFunction } from 'i18next'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useDistricts } from '../../api/reference.ts'
import { usePreferences } from '../../preferences.tsx'
import { useShortcut } from '../../shell/shortcuts.ts'
import { type ItemFilters as Filters, narrowing, searchable } from './address.ts'
import { ClassSelect } from './ClassSelect.tsx'
import { ExportMenu } from './ExportMenu.tsx'
import { FilterTags } from './FilterTags.tsx'
import { filterable } from './layout.ts'
import { PlaceSelect } from './PlaceSelect.tsx'
import { UnitPicker } from './UnitPicker.tsx'

export interface ItemFiltersProps {
  register: TypeDetail
  filters: Filters
  total: ItemPage['total'] | null
  withMap: boolean
  onChange: (changes: Record<string, string | null>) => void
}

/** What narrows the list of a register, all of it from the declaration; and the acts on the whole list. */
export function ItemFilters({ register, filters, total, withMap, onChange }: ItemFiltersProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const districts = useDistricts()
  const d = register.declaration
  const attributes = filterable(d)
  const more = attributes.some((a) => filters[`attr.${a.key}`]) || Boolean(filters['unit'])
  return (
    <div className="reg-filter">
      <div className="reg-filter-head">
        <h1>{d.name[language]}</h1>
        <span aria-live="polite">{totalText(t, total)}</span>
        <span className="reg-filter-end">
          <ExportMenu register={register} filters={filters} />
          <Link href={`/registers/plates/${register.id}?${new URLSearchParams(narrowed(filters))}`}>
            <Button size="small" type="text">
              {t('registry.plates')}
            </Button>
          </Link>
          {d.geometry === 'none' ? null : (
            <Button
              size="small"
              type={withMap ? 'link' : 'text'}
              onClick={() => onChange({ map: withMap ? null : 'on' })}
              aria-pressed={withMap}
            >
              {t('registry.map')} <KeyHint>M</KeyHint>
            </Button>
          )}
          {register.can.edit ? (
            <Link href={`/registers/new/${register.id}`}>
              <Button size="small" type="primary">
                {t('registry.add')}
              </Button>
            </Link>
          ) : null}
        </span>
      </div>
      <div className="reg-filter-row">
        <Words value={filters['q'] ?? ''} onChange={(q) => onChange({ q })} />
        {d.classes ? (
          <ClassSelect
            register={register}
            size="small"
            value={filters['class'] ?? null}
            label={t('registry.field.class')}
            style={{ width: 108 }}
            onChange={(value) => onChange({ class: value })}
          />
        ) : null}
        <Select
          size="small"
          allowClear
          variant="filled"
          value={filters['status'] ?? null}
          placeholder={t('registry.field.status')}
          aria-label={t('registry.field.status')}
          style={{ width: 88 }}
          popupMatchSelectWidth={false}
          options={d.states.map((s) => ({ value: s.key, label: s.name[language] }))}
          onChange={(value: string | null) => onChange({ status: value ?? null })}
        />
        {d.geometry === 'none' ? null : (
          <PlaceSelect value={filters['within'] ?? null} districts={districts} onChange={(within) => onChange({ within })} />
        )}
        <Dropdown
          trigger={['click']}
          popupRender={() => (
            <div className="desk-more reg-more">
              {d.units?.length ? (
                <p>
                  {t('registry.unit')}
                  <UnitPicker
                    value={filters['unit'] ?? null}
                    label={t('registry.unit')}
                    onChange={(unit) => onChange({ unit })}
                  />
                </p>
              ) : null}
              {attributes.map((a) => (
                <p key={a.key}>
                  {a.name[language]}
                  <Select
                    size="small"
                    allowClear
                    value={filters[`attr.${a.key}`] ?? null}
                    aria-label={a.name[language]}
                    style={{ width: 180 }}
                    options={
                      a.type === 'boolean'
                        ? ['true', 'false'].map((value) => ({
                            value,
                            label: t(value === 'true' ? 'registry.yes' : 'registry.no')
                          }))
                        : (a.choices ?? []).map((c) => ({ value: c.value, label: c.name[language] }))
                    }
                    onChange={(value: string | null) => onChange({ [`attr.${a.key}`]: value ?? null })}
                  />
                </p>
              ))}
            </div>
          )}
        >
          <Button size="small" type={more ? 'link' : 'text'}>
            {t('registry.more')}
          </Button>
        </Dropdown>
        <Select
          size="small"
          variant="borderless"
          aria-label={t('registry.sort')}
          value={filters['sort'] ?? 'code'}
          style={{ width: 100 }}
          popupMatchSelectWidth={false}
          options={['code', '-updatedAt'].map((value) => ({ value, label: t(`registry.sort.${value}`) }))}
          onChange={(value: string) => onChange({ sort: value === 'code' ? null : value })}
        />
      </div>
      <FilterTags register={register} filters={filters} onChange={onChange} />
    </div>
  )
}

/** The filters without the order. */
const narrowed = (filters: Filters): Record<string, string> =>
  Object.fromEntries(narrowing(filters).map((key) => [key, filters[key] ?? '']))

/** How many there are; beyond a limit only that there are more. */
export function totalText(t: TFunction, total: ItemPage['total'] | null): string {
  if (total === null) return ''
  return typeof total === 'number'
    ? t('registry.total', { n: formatNumber(total) })
    : t('registry.totalAtLeast', { n: formatNumber(total.atLeast) })
}

/** The word searched for, from two characters on. */
function Words({ value, onChange }: { value: string; onChange: (q: string | null) => void }) {
  const { t } = useTranslation()
  const [text, setText] = useState(value)
  const [box, setBox] = useState<HTMLInputElement | null>(null)
  useEffect(() => setText(value), [value])
  useShortcut('/', () => box?.focus())
  const short = text.trim() !== '' && !searchable(text)
  return (
    <Input
      size="small"
      allowClear
      ref={(made) => setBox(made?.input ?? null)}
      value={text}
      status={short ? 'warning' : ''}
      title={short ? t('registry.searchShort') : ''}
      placeholder={t('registry.search')}
      aria-label={t('registry.search')}
      style={{ width: 152 }}
      onChange={(e) => {
        setText(e.target.value)
        if (e.target.value === '' && value) onChange(null)
      }}
      onKeyDown={(e) => {
        if (e.nativeEvent.isComposing) return
        if (e.key === 'Enter' && searchable(text)) {
          onChange(text.trim() || null)
          box?.blur()
        }
        if (e.key === 'Escape') {
          e.stopPropagation()
          setText(value)
          box?.blur()
        }
      }}
    />
  )
}
