import { type AttributeDeclaration, MASKS, VISIBILITIES } from '@chengyun/contract/registry'
import { Button, InputNumber, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { moved } from './blank.ts'
import { Flag, Line, Names, Pick, RowActs, Text } from './parts.tsx'

const NUMERIC = new Set(['integer', 'number'])
const TEXTUAL = new Set(['text', 'uscc', 'phone', 'url'])

export interface AttributeMoreProps {
  attribute: AttributeDeclaration
  onChange: (change: Partial<AttributeDeclaration>) => void
}

/** The rules of an attribute: limits, choices, who may see it, the column names imports know it by. */
export function AttributeMore({ attribute: a, onChange }: AttributeMoreProps) {
  const { t } = useTranslation()
  const unset = (change: Record<string, unknown>) => onChange(change as Partial<AttributeDeclaration>)
  return (
    <div className="reg-decl-more">
      {NUMERIC.has(a.type) ? (
        <Line label={t('registry.limits')}>
          <span className="reg-decl-row">
            <InputNumber
              size="small"
              value={a.minimum ?? null}
              placeholder={t('registry.minimum')}
              aria-label={t('registry.minimum')}
              onChange={(v) => unset({ minimum: v ?? undefined })}
            />
            –
            <InputNumber
              size="small"
              value={a.maximum ?? null}
              placeholder={t('registry.maximum')}
              aria-label={t('registry.maximum')}
              onChange={(v) => unset({ maximum: v ?? undefined })}
            />
            <Text
              label={t('registry.unitOf')}
              value={a.unit}
              width={100}
              max={20}
              onChange={(unit) => unset({ unit: unit || undefined })}
            />
          </span>
        </Line>
      ) : null}
      {TEXTUAL.has(a.type) ? (
        <Line label={t('registry.form')}>
          <span className="reg-decl-row">
            <InputNumber
              size="small"
              min={1}
              max={4000}
              value={a.maxLength ?? null}
              placeholder={t('registry.maxLength')}
              aria-label={t('registry.maxLength')}
              onChange={(v) => unset({ maxLength: v ?? undefined })}
            />
            <Text
              label={t('registry.pattern')}
              value={a.pattern}
              onChange={(pattern) => unset({ pattern: pattern || undefined })}
            />
          </span>
        </Line>
      ) : null}
      {a.type === 'choice' || a.type === 'choices' ? <Choices attribute={a} onChange={onChange} /> : null}
      <Line label={t('registry.visibility')}>
        <span className="reg-decl-row">
          <Pick
            label={t('registry.visibility')}
            width={160}
            clear
            value={a.visibility}
            options={VISIBILITIES.map((value) => ({ value, label: t(`registry.visibility.${value}`) }))}
            onChange={(visibility) => unset({ visibility })}
          />
          <Pick
            label={t('registry.maskAs')}
            width={160}
            clear
            value={a.mask}
            options={MASKS.map((value) => ({ value, label: t(`registry.maskAs.${value}`) }))}
            onChange={(mask) => unset({ mask })}
          />
          <span className="reg-decl-flag">
            <Flag label={t('registry.inTile')} value={a.inTile} onChange={(inTile) => onChange({ inTile })} />
            {t('registry.inTile')}
          </span>
        </span>
      </Line>
      <Line label={t('registry.alias')} hint={t('registry.aliasHint')}>
        <Select
          size="small"
          mode="tags"
          value={a.alias ?? []}
          aria-label={t('registry.alias')}
          tokenSeparators={[',', ' ']}
          open={false}
          style={{ width: '100%' }}
          onChange={(alias: string[]) => unset({ alias: alias.length > 0 ? alias : undefined })}
        />
      </Line>
      <Line label={t('registry.helpText')}>
        <Names label={t('registry.helpText')} value={a.help} onChange={(help) => onChange({ help })} />
      </Line>
    </div>
  )
}

function Choices({ attribute: a, onChange }: AttributeMoreProps) {
  const { t } = useTranslation()
  const list = a.choices ?? []
  const put = (choices: typeof list) => onChange({ choices })
  return (
    <Line label={t('registry.choices')}>
      {list.map((c, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the value of a row is being typed; its number is what stays
        <div key={i} className="reg-decl-class">
          <Text
            label={t('registry.choiceValue')}
            value={c.value}
            max={60}
            onChange={(value) => put(list.map((x, j) => (j === i ? { ...x, value } : x)))}
          />
          <Names
            label={t('registry.choiceName')}
            value={c.name}
            onChange={(name) => put(list.map((x, j) => (j === i ? { ...x, name } : x)))}
          />
          <RowActs
            what={c.name.zh || c.value}
            onUp={() => put(moved(list, i, -1))}
            onDown={() => put(moved(list, i, 1))}
            onDrop={() => put(list.filter((_, j) => j !== i))}
          />
        </div>
      ))}
      <Button size="small" type="link" onClick={() => put([...list, { value: '', name: { zh: '', en: '' } }])}>
        {t('registry.addChoice')}
      </Button>
    </Line>
  )
}
