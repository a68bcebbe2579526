import type { PlateSheet } from '@chengyun/contract/registry'
import { EmptyState, Skeleton } from '@chengyun/ui'
import { Button, InputNumber, QRCode, Segmented } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'wouter'
import { useCity } from '../../api/reference.ts'
import { QueryError } from '../../parts/states.tsx'
import { usePreferences } from '../../preferences.tsx'
import { listAddress } from './address.ts'
import { spaced } from './CardHead.tsx'
import { usePlates, useRegister } from './data.ts'
import './registry.css'

type Plate = PlateSheet['items'][number]

/** Plates on a sheet of A4: columns and rows by size. */
const SIZES = { small: [4, 9], middle: [3, 7], large: [2, 4] } as const
type Size = keyof typeof SIZES
const KNOWN = ['codes', 'within', 'class'] as const

/** Plates with the codes of items (二维码标识牌), as many on a sheet as fit, for the printer. */
export default function Plates({ type }: { type: string }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const [params] = useSearchParams()
  const asked = useMemo(
    () => ({ type, ...Object.fromEntries(KNOWN.flatMap((k) => (params.get(k) ? [[k, params.get(k) ?? '']] : []))) }),
    [type, params]
  )
  const register = useRegister(type)
  const sheet = usePlates(asked)
  const city = useCity().data?.name[language] ?? ''
  const [size, setSize] = useState<Size>('middle')
  const [skip, setSkip] = useState(0)
  if (sheet.isError) return <QueryError of={sheet} />
  if (!sheet.data || !register.data) return <Skeleton lines={10} />
  const { items, truncated } = sheet.data
  const [columns, rows] = SIZES[size]
  const places: (Plate | null)[] = [...Array.from({ length: skip }, () => null), ...items]
  const sheets = Array.from({ length: Math.ceil(places.length / (columns * rows)) }, (_, i) =>
    places.slice(i * columns * rows, (i + 1) * columns * rows)
  )
  return (
    <div className="reg-plates">
      <header className="reg-plates-bar cy-no-print">
        <Link href={listAddress(type, null)}>{t('registry.back')}</Link>
        <h1>{t('registry.platesOf', { name: register.data.declaration.name[language] })}</h1>
        <span>{t('registry.plateCount', { count: items.length, sheets: sheets.length })}</span>
        <Segmented
          value={size}
          aria-label={t('registry.plateSize')}
          options={(Object.keys(SIZES) as Size[]).map((value) => ({ value, label: t(`registry.plate.${value}`) }))}
          onChange={setSize}
        />
        <label htmlFor="reg-plate-skip">
          {t('registry.plateSkip')}{' '}
          <InputNumber
            id="reg-plate-skip"
            min={0}
            max={columns * rows - 1}
            value={skip}
            style={{ width: 72 }}
            aria-label={t('registry.plateSkip')}
            onChange={(v) => setSkip(v ?? 0)}
          />
        </label>
        <Button type="primary" disabled={items.length === 0} onClick={() => print()}>
          {t('registry.print')}
        </Button>
      </header>
      {truncated ? <p className="reg-hint cy-no-print">{t('registry.platesCut')}</p> : null}
      {items.length === 0 ? <EmptyState title={t('registry.noPlates')} hint={t('registry.noPlatesHint')} /> : null}
      {sheets.map((some, i) => (
        <section
          // biome-ignore lint/suspicious/noArrayIndexKey: a sheet is its number
          key={i}
          className="reg-sheet"
          style={{ gridTemplateColumns: `repeat(${columns}, 1fr)`, gridTemplateRows: `repeat(${rows}, 1fr)` }}
        >
          {some.map((plate, j) =>
            plate ? (
              <PlateView key={plate.code} plate={plate} size={size} city={city} />
            ) : (
              // biome-ignore lint/suspicious/noArrayIndexKey: an empty place is its number
              <div key={j} className="reg-plate-gap" />
            )
          )}
        </section>
      ))}
    </div>
  )
}

const SIDE = { small: 64, middle: 88, large: 150 }

function PlateView({ plate, size, city }: { plate: Plate; size: Size; city: string }) {
  const { t } = useTranslation()
  return (
    <figure className={`reg-plate ${size}`}>
      {/* The code stands beside it as text. */}
      <span aria-hidden="true">
        <QRCode type="svg" value={plate.qr} size={SIDE[size]} bordered={false} color="#000000" bgColor="#ffffff" errorLevel="M" />
      </span>
      <figcaption>
        <small>{t('registry.plateHead', { city })}</small>
        <b>{plate.name || plate.className}</b>
        <code>{spaced(plate.code)}</code>
        <span>{plate.address}</span>
        {plate.unitName ? <span>{plate.unitName}</span> : null}
      </figcaption>
    </figure>
  )
}
