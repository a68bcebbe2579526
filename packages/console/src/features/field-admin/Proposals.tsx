import { PROPOSAL_STATUSES, type ProposalView } from '@chengyun/contract/field'
import { EmptyState, formatShort, KeyHint, useNow } from '@chengyun/ui'
import { Segmented } from 'antd'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'wouter'
import { ListState, LoadMore } from '../../parts/states.tsx'
import { useShortcut } from '../../shell/shortcuts.ts'
import { useProposals } from './data.ts'
import { ProposalCard } from './ProposalCard.tsx'
import { useClassName } from './useClassName.ts'

/** What people in the street want corrected about components: the list, and the one that is read. Both stand in the address. */
export function Proposals() {
  const { t } = useTranslation()
  const now = useNow(60)
  const className = useClassName()
  const [params, setParams] = useSearchParams()
  const status = PROPOSAL_STATUSES.find((s) => s === params.get('status')) ?? 'open'
  const found = useProposals(status)
  const items = found.data?.pages.flatMap((p) => p.items) ?? []
  const asked = items.findIndex((p) => p.id === params.get('id'))
  const index = Math.max(asked, 0)
  const proposal = items[index] ?? null
  const show = (values: Record<string, string>) => setParams(values, { replace: true })
  const go = (p: ProposalView | undefined) => p && show({ status, id: p.id })
  useShortcut('j', () => go(items[index + 1]))
  useShortcut('k', () => go(items[index - 1]))
  const open = found.data?.pages[0]?.open ?? 0
  return (
    <div className="proposals">
      <section aria-label={t('fieldAdmin.proposals')}>
        <Segmented
          block
          value={status}
          onChange={(v) => show({ status: v })}
          options={PROPOSAL_STATUSES.map((value) => ({
            value,
            label: `${t(`proposal.status.${value}`)}${value === 'open' && open > 0 ? ` ${open}` : ''}`
          }))}
        />
        <ListState
          of={found}
          rows={items.length}
          lines={8}
          none={<EmptyState title={t(`proposal.none.${status}`)} hint={t('proposal.noneHint')} />}
        />
        <ul>
          {items.map((p) => (
            <li key={p.id}>
              <button type="button" className={p.id === proposal?.id ? 'on' : ''} onClick={() => go(p)}>
                <b>
                  {t(`proposal.kind.${p.kind}`)} {className(p.classCode)}
                </b>
                <time>{formatShort(p.capturedAt, now)}</time>
                <span translate="no">{[p.by.name, p.note].filter(Boolean).join('：')}</span>
              </button>
            </li>
          ))}
        </ul>
        <LoadMore list={found} />
        {items.length > 1 ? (
          <p className="keys">
            <KeyHint>J</KeyHint> <KeyHint>K</KeyHint> {t('proposal.keys')}
          </p>
        ) : null}
      </section>
      {proposal ? <ProposalCard key={proposal.id} proposal={proposal} onDecided={() => go(items[index + 1])} /> : <section />}
    </div>
  )
}
