import { ErrorState } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'
import { useMay, useSession } from '../../api/session.ts'
import { useRoleName } from '../../shell/PersonMenu.tsx'
import { Notices } from './Notices.tsx'
import { PasswordForm } from './PasswordForm.tsx'
import { SecondFactor } from './SecondFactor.tsx'
import { Tokens } from './Tokens.tsx'
import './account.css'

/** My account: who I am here, password, second factor. */
export default function Account() {
  const { t } = useTranslation()
  const session = useSession()
  const may = useMay()
  const roleName = useRoleName()
  return (
    <div className="account">
      <h1>{t('account.title')}</h1>
      {session.pending ? <p className="account-pending">{t(`account.pending.${session.pending}`)}</p> : null}
      <section>
        <h2>{t('account.who')}</h2>
        <dl>
          <dt>{t('account.name')}</dt>
          <dd>{session.user.name}</dd>
          <dt>{t('signin.username')}</dt>
          <dd>{session.user.username}</dd>
          <dt>{t('person.posts')}</dt>
          <dd>
            {session.posts.map((p) => (
              <p key={`${p.role}${p.unitId}`}>
                {p.unitName} · {roleName(p.role)}
                <small>{p.regionCodes === null ? t('account.wholeCity') : p.regionCodes.join('、')}</small>
              </p>
            ))}
          </dd>
          <dt>{t('account.idle')}</dt>
          <dd>{t('account.idleMinutes', { n: session.idleMinutes })}</dd>
        </dl>
        {session.posts.length === 0 ? <ErrorState message={t('account.noPosts')} /> : null}
      </section>
      <section>
        <h2>{t('account.password')}</h2>
        <PasswordForm />
      </section>
      <section>
        <h2>{t('account.totp')}</h2>
        <SecondFactor enrolled={session.totpEnrolled} />
      </section>
      {session.pending || !may('alarms:read') ? null : (
        <section>
          <h2>{t('account.notices')}</h2>
          <Notices />
        </section>
      )}
      {session.pending ? null : (
        <section>
          <h2>{t('token.title')}</h2>
          <Tokens />
        </section>
      )}
    </div>
  )
}
