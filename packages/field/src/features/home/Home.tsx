import { useNow } from '@chengyun/ui/clock/tick.ts'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePosition } from '../../app/position.ts'
import { useMyProposals } from '../../app/proposals.ts'
import { go } from '../../app/route.ts'
import { stepsUnderWay, useWork } from '../../app/work.ts'
import { Choices } from '../../parts/Choices.tsx'
import { Icon } from '../../parts/Icon.tsx'
import { Nav } from '../../parts/Nav.tsx'
import { Empty, Note, Screen } from '../../parts/Screen.tsx'
import { Warnings } from '../../parts/Warnings.tsx'
import { canAhead } from '../cases/ahead.ts'
import { CaseRow } from './CaseRow.tsx'
import { actOf, byUrgency } from './order.ts'
import './home.css'

type View = 'todo' | 'unit' | 'reported'

/** What I have to do, the most urgent first; what I have done and what waits only to be sent comes after it. */
export function Home() {
  const { t } = useTranslation()
  const { pack, outgoing } = useWork()
  const [view, setView] = useState<View>('todo')
  const { place } = usePosition()
  const { news } = useMyProposals()
  const now = useNow(30)
  const cases = pack?.cases ?? []
  const sorted = cases.toSorted(byUrgency(now)).map((c) => {
    const mine = stepsUnderWay(outgoing, c)
    return { ...c, sent: mine.at(-1), ahead: canAhead(c, mine, pack?.person.id ?? '') }
  })
  const done = (c: (typeof sorted)[number]) => c.sent !== undefined && actOf({ can: c.ahead }) === null
  const shown: Record<View, typeof sorted> = {
    todo: sorted.filter((c) => actOf(c) !== null),
    unit: sorted.filter((c) => c.mine === 'unit' && actOf(c) === null),
    reported: sorted.filter((c) => c.mine === 'reported' && actOf(c) === null)
  }
  const open = shown.todo.filter((c) => !done(c))
  const list = view === 'todo' ? open : shown[view]
  const waiting = view === 'todo' ? shown.todo.filter(done) : []
  const views = (['todo', 'unit', 'reported'] as const).filter(
    (v) => v === 'todo' || (v === 'unit' ? pack?.person.handler : pack?.person.collector)
  )
  return (
    <Screen
      title={t('home.title')}
      sub={
        pack
          ? `${pack.person.name} · ${[...new Set(pack.person.posts.map((p) => p.role))].map((role) => t(`role.${role}`)).join(t('app.comma'))}`
          : undefined
      }
      right={
        <button type="button" aria-label={t('me.title')} onClick={() => go('/me')}>
          <Icon name="person" />
        </button>
      }
      foot={<Nav />}
    >
      <Warnings />
      {news > 0 ? (
        <div className="f-pad">
          <Note kind="calm">
            {t('home.decided', { n: news })}
            <button type="button" onClick={() => go('/component')}>
              {t('home.look')}
            </button>
          </Note>
        </div>
      ) : null}
      {views.length > 1 ? (
        <div className="f-pad">
          <Choices
            label={t('home.view')}
            value={view}
            options={views.map((v) => ({
              value: v,
              label: t(`home.${v}`, { n: v === 'todo' ? open.length : shown[v].length })
            }))}
            onChange={setView}
          />
        </div>
      ) : null}
      {pack === null ? (
        <Empty icon="sync" title={t('home.noPack')} hint={t('home.noPackHint')} />
      ) : list.length + waiting.length === 0 ? (
        <Empty icon="done" title={t(`home.empty.${view}`)} hint={t(`home.emptyHint.${view}`)} />
      ) : (
        <>
          <ul className="f-cases">
            {list.map((c) => (
              <CaseRow key={c.id} item={c} act={actOf({ can: c.ahead })} me={place} />
            ))}
          </ul>
          {waiting.length > 0 ? (
            <>
              <h2 className="f-h2 f-group">{t('home.waiting', { n: waiting.length })}</h2>
              <ul className="f-cases">
                {waiting.map((c) => (
                  <CaseRow key={c.id} item={c} act={actOf(c)} me={place} sent={c.sent} />
                ))}
              </ul>
            </>
          ) : null}
        </>
      )}
    </Screen>
  )
}
