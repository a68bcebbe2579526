import type { CaseView, OperationKey } from '@chengyun/contract/cases'
import { KeyHint } from '@chengyun/ui'
import { Button, Dropdown } from 'antd'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { useShortcut } from '../../shell/shortcuts.ts'
import { useOperationName } from './words.ts'

const IN_REACH = 4

/** What this person may do now: the primary act first, numbered for the keyboard, the rest one click away. */
export function ActionBar({
  view,
  disabled,
  active,
  onChoose
}: {
  view: CaseView
  disabled: boolean
  active: OperationKey | null
  onChoose: (op: OperationKey | null) => void
}) {
  const { t } = useTranslation()
  const operationName = useOperationName()
  const [, navigate] = useLocation()
  const acts = [...view.can].sort((a, b) => Number(b.primary) - Number(a.primary))
  const shown = acts.slice(0, IN_REACH)
  const more = acts.slice(IN_REACH)
  return (
    <footer className="case-acts">
      {(disabled ? [] : acts.slice(0, 9)).map((c, i) => (
        <Digit key={c.op} digit={i + 1} act={() => onChoose(c.op)} />
      ))}
      {acts.length === 0 ? <span className="case-acts-none">{t('case.nothingToDo')}</span> : null}
      {shown.map((c, i) => (
        <Button
          key={c.op}
          disabled={disabled}
          type={i === 0 && c.primary ? 'primary' : 'default'}
          onClick={() => onChoose(active === c.op ? null : c.op)}
          aria-pressed={active === c.op}
        >
          {operationName(c.op)} <KeyHint>{i + 1}</KeyHint>
        </Button>
      ))}
      {more.length > 0 ? (
        <Dropdown
          trigger={['click']}
          placement="topLeft"
          menu={{
            items: more.map((c, i) => ({
              key: c.op,
              label: (
                <span className="case-acts-item">
                  {operationName(c.op)} {i + IN_REACH < 9 ? <KeyHint>{i + IN_REACH + 1}</KeyHint> : null}
                </span>
              )
            })),
            onClick: ({ key }) => onChoose(key as OperationKey)
          }}
        >
          <Button>{t('case.more', { count: more.length })}</Button>
        </Dropdown>
      ) : null}
      <Button type="text" onClick={() => navigate(`/cases/${view.id}/print`)}>
        {t('case.print')} <KeyHint>P</KeyHint>
      </Button>
    </footer>
  )
}

function Digit({ digit, act }: { digit: number; act: () => void }) {
  useShortcut(String(digit), act)
  return null
}
