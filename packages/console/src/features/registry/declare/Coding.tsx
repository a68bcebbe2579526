import type { RegisterDeclaration } from '@chengyun/contract/registry'
import { Button, InputNumber } from 'antd'
import { useTranslation } from 'react-i18next'
import type { PartProps } from './Basics.tsx'
import { moved } from './blank.ts'
import { Line, Names, Pick, RowActs, Text } from './parts.tsx'

type Code = RegisterDeclaration['code']
const RULES = ['component', 'sequence', 'given'] as const
const FRESH: Record<(typeof RULES)[number], Code> = {
  component: { rule: 'component' },
  sequence: { rule: 'sequence', prefix: 'XX{county}-', digits: 5 },
  given: { rule: 'given', pattern: '^[A-Za-z0-9-]{1,30}$' }
}

/** How items are coded, and the classes they are divided into. */
export function Coding({ d, onChange }: PartProps) {
  const { t } = useTranslation()
  const { code, classes } = d
  const kind = !classes ? 'none' : 'from' in classes ? 'component' : 'list'
  const list = classes && 'list' in classes ? classes.list : []
  const put = (next: typeof list) => onChange({ classes: { list: next } })
  return (
    <>
      <Line label={t('registry.declRule')} hint={t(`registry.rule.${code.rule}.hint`)}>
        <Pick
          label={t('registry.declRule')}
          width={240}
          value={code.rule}
          options={RULES.map((value) => ({ value, label: t(`registry.rule.${value}`) }))}
          onChange={(rule) => rule && onChange({ code: FRESH[rule] })}
        />
      </Line>
      {code.rule === 'sequence' ? (
        <Line label={t('registry.declPrefix')} hint={t('registry.declPrefixHint')}>
          <span className="reg-decl-row">
            <Text
              label={t('registry.declPrefix')}
              value={code.prefix}
              width={200}
              max={40}
              onChange={(prefix) => onChange({ code: { ...code, prefix } })}
            />
            <InputNumber
              size="small"
              min={3}
              max={10}
              value={code.digits}
              aria-label={t('registry.declDigits')}
              onChange={(digits) => onChange({ code: { ...code, digits: digits ?? 5 } })}
            />
            {t('registry.declDigits')}
          </span>
        </Line>
      ) : null}
      {code.rule === 'given' ? (
        <Line label={t('registry.declPattern')}>
          <Text
            label={t('registry.declPattern')}
            value={code.pattern}
            onChange={(pattern) => onChange({ code: { ...code, pattern } })}
          />
        </Line>
      ) : null}
      <Line label={t('registry.declClasses')}>
        <Pick
          label={t('registry.declClasses')}
          width={240}
          value={kind}
          options={(['none', 'component', 'list'] as const).map((value) => ({ value, label: t(`registry.classes.${value}`) }))}
          onChange={(value) =>
            onChange({
              classes:
                value === 'component'
                  ? { from: 'component' }
                  : value === 'list'
                    ? { list: [{ code: '01', name: { zh: '', en: '' } }] }
                    : undefined
            } as Partial<RegisterDeclaration>)
          }
        />
      </Line>
      {list.map((c, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the code of a row is being typed; its number is what stays
        <div key={i} className="reg-decl-class">
          <Text
            label={t('registry.classCode')}
            value={c.code}
            max={20}
            onChange={(next) => put(list.map((x, j) => (j === i ? { ...x, code: next } : x)))}
          />
          <Names
            label={t('registry.className')}
            value={c.name}
            onChange={(name) => put(list.map((x, j) => (j === i ? { ...x, name } : x)))}
          />
          <RowActs
            what={c.name.zh || c.code}
            onUp={() => put(moved(list, i, -1))}
            onDown={() => put(moved(list, i, 1))}
            onDrop={() => put(list.filter((_, j) => j !== i))}
          />
        </div>
      ))}
      {kind === 'list' ? (
        <Button size="small" type="link" onClick={() => put([...list, { code: '', name: { zh: '', en: '' } }])}>
          {t('registry.addClass')}
        </Button>
      ) : null}
    </>
  )
}
