import type { RegisterDeclaration } from '@chengyun/contract/registry'
import { Checkbox } from 'antd'
import { useTranslation } from 'react-i18next'
import { REGISTER_GROUPS } from '../layout.ts'
import { Sign } from '../Sign.tsx'
import { Flag, Line, Names, Pick, Text } from './parts.tsx'

export interface PartProps {
  d: RegisterDeclaration
  onChange: (change: Partial<RegisterDeclaration>) => void
  /** A register that is there already: its id stays. */
  known: boolean
}

const GEOMETRIES = ['point', 'line', 'polygon', 'any', 'none'] as const
const ACCESS = ['open', 'staff', 'restricted'] as const
const SHAPES = ['dot', 'ring', 'square', 'diamond', 'triangle'] as const
const UNITS = ['authority', 'owner', 'maintainer'] as const

/** Names, heading, geometry, units, access and symbol of a register. */
export function Basics({ d, onChange, known }: PartProps) {
  const { t } = useTranslation()
  return (
    <>
      <Line label={t('registry.declId')} hint={t('registry.declIdHint')}>
        <Text
          label={t('registry.declId')}
          value={d.id}
          disabled={known}
          width={220}
          max={40}
          onChange={(id) => onChange({ id })}
        />
      </Line>
      <Line label={t('registry.declName')}>
        <Names label={t('registry.declName')} value={d.name} onChange={(name) => onChange({ name })} />
      </Line>
      <Line label={t('registry.declDescription')}>
        <Names
          label={t('registry.declDescription')}
          max={300}
          value={d.description}
          onChange={(description) => onChange({ description })}
        />
      </Line>
      <Line label={t('registry.declGroup')}>
        <Pick
          label={t('registry.declGroup')}
          width={180}
          value={d.group}
          options={REGISTER_GROUPS.map((value) => ({ value, label: t(`registry.group.${value}`) }))}
          onChange={(group) => group && onChange({ group })}
        />
      </Line>
      <Line label={t('registry.declGeometry')}>
        <Pick
          label={t('registry.declGeometry')}
          width={180}
          value={d.geometry}
          options={GEOMETRIES.map((value) => ({ value, label: t(`registry.geometryKind.${value}`) }))}
          onChange={(geometry) => geometry && onChange({ geometry })}
        />
        {d.geometry === 'none' ? null : (
          <span className="reg-decl-flag">
            <Flag
              label={t('registry.placeOptional')}
              value={d.placeOptional}
              onChange={(placeOptional) => onChange({ placeOptional })}
            />
            {t('registry.placeOptional')}
          </span>
        )}
      </Line>
      <Line label={t('registry.declUnits')}>
        <Checkbox.Group
          value={d.units ?? []}
          options={UNITS.map((value) => ({ value, label: t(`registry.field.${value}`) }))}
          onChange={(units) => onChange({ units: UNITS.filter((u) => units.includes(u)) })}
        />
      </Line>
      <Line label={t('registry.declAccess')} hint={t(`registry.access.${d.access}.hint`)}>
        <Pick
          label={t('registry.declAccess')}
          width={180}
          value={d.access}
          options={ACCESS.map((value) => ({ value, label: t(`registry.access.${value}`) }))}
          onChange={(access) => access && onChange({ access })}
        />
      </Line>
      <Line label={t('registry.declSymbol')}>
        <span className="reg-decl-row">
          <Pick
            label={t('registry.declShape')}
            width={120}
            value={d.symbol.shape}
            options={SHAPES.map((value) => ({ value, label: t(`registry.symbol.${value}`) }))}
            onChange={(shape) => shape && onChange({ symbol: { ...d.symbol, shape } })}
          />
          <input
            type="color"
            value={d.symbol.color}
            aria-label={t('registry.declColor')}
            onChange={(e) => onChange({ symbol: { ...d.symbol, color: e.target.value } })}
          />
          <Sign symbol={d.symbol} />
        </span>
      </Line>
      <Line label={t('registry.declStandard')}>
        <Text
          label={t('registry.declStandard')}
          value={d.standardRef}
          width={220}
          max={60}
          onChange={(standardRef) => onChange({ standardRef })}
        />
      </Line>
    </>
  )
}
