import type { AlarmCard, HandAct } from '@chengyun/contract/alarms'
import { KeyHint } from '@chengyun/ui'
import { Button, Dropdown } from 'antd'
import { useTranslation } from 'react-i18next'
import { useShortcut } from '../../shell/shortcuts.ts'

const IN_REACH = 4

export interface AlarmActsProps {
  card: AlarmCard
  disabled: boolean
  active: HandAct | null
  onChoose: (act: HandAct | null) => void
}

/** What this person may do to the alarm now, numbered for the keyboard; the first is the next one. */
export function AlarmActs({ card, disabled, active, onChoose }: AlarmActsProps) {
  const { t } = useTranslation()
  const acts = orderOf(card)
  const more = acts.slice(IN_REACH)
  return (
    <footer className="case-acts">
      {(disabled ? [] : acts.slice(0, 9)).map((act, i) => (
        <Digit key={act} digit={i + 1} act={() => onChoose(act)} />
      ))}
      {acts.length === 0 ? <span className="case-acts-none">{t('alarms.nothingToDo')}</span> : null}
      {acts.slice(0, IN_REACH).map((act, i) => (
        <Button
          key={act}
          disabled={disabled}
          type={i === 0 ? 'primary' : 'default'}
          onClick={() => onChoose(active === act ? null : act)}
          aria-pressed={active === act}
        >
          {t(`alarms.do.${act}`)} <KeyHint>{i + 1}</KeyHint>
        </Button>
      ))}
      {more.length > 0 ? (
        <Dropdown
          trigger={['click']}
          placement="topLeft"
          menu={{
            items: more.map((act, i) => ({
              key: act,
              label: (
                <span className="case-acts-item">
                  {t(`alarms.do.${act}`)} {i + IN_REACH < 9 ? <KeyHint>{i + IN_REACH + 1}</KeyHint> : null}
                </span>
              )
            })),
            onClick: ({ key }) => onChoose(key as HandAct)
          }}
        >
          <Button>{t('case.more', { count: more.length })}</Button>
        </Dropdown>
      ) : null}
    </footer>
  )
}

/** Acknowledged ones are judged, not acknowledged again; a case comes before the lesser acts while there is none. */
function orderOf(card: AlarmCard): HandAct[] {
  const rank = (act: HandAct): number => {
    if (act === 'acknowledge') return card.acknowledgedAt === null || card.dueAt !== null ? 0 : 9
    if (act === 'judge') return card.asksVerdict ? -1 : card.verdict === null ? 3 : 6
    if (act === 'wantCase') return 1
    if (act === 'assign') return 2
    return 5
  }
  return card.can
    .map((act, i) => ({ act, i }))
    .sort((a, b) => rank(a.act) - rank(b.act) || a.i - b.i)
    .map(({ act }) => act)
}

function Digit({ digit, act }: { digit: number; act: () => void }) {
  useShortcut(String(digit), act)
  return null
}
