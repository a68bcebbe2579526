import type { SignInPage } from '@chengyun/contract/org'
import { useTranslation } from 'react-i18next'
import { useRoleName } from '../../shell/PersonMenu.tsx'

type Account = NonNullable<SignInPage['demo']>['accounts'][number]

/** The accounts of the demonstration, one a role, in the order in which a case passes through them. */
export function DemoAccounts({ accounts, onChoose }: { accounts: Account[]; onChoose: (account: Account) => void }) {
  const { t } = useTranslation()
  const roleName = useRoleName()
  return (
    <section className="signin-demo" aria-label={t('signin.demo')}>
      <h2>{t('signin.demo')}</h2>
      <p>{t('signin.demoHint')}</p>
      <ul>
        {accounts.map((a) => (
          <li key={a.username}>
            <button type="button" onClick={() => onChoose(a)}>
              <b>{roleName(a.role)}</b>
              <code>{a.username}</code>
              <span>
                {a.name}
                <small>{a.unitName}</small>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
