import { ROLE_FACTS, type RoleKey } from '@chengyun/contract/org'
import { App, Dropdown } from 'antd'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { useSession, useSessionActs } from '../api/session.ts'
import { usePreferences } from '../preferences.tsx'

/** The name of a role in the person's language; an unknown role shows its key. */
export function useRoleName(): (role: string) => string {
  const { language } = usePreferences()
  return (role) => ROLE_FACTS[role as RoleKey]?.[language] ?? role
}

/** Who is signed in; his posts, language, light or dark, account, sign-out. */
export function PersonMenu() {
  const { t } = useTranslation()
  const session = useSession()
  const roleName = useRoleName()
  const { signOut } = useSessionActs()
  const { message } = App.useApp()
  const [, navigate] = useLocation()
  const { mode, setMode, language, setLanguage } = usePreferences()
  const roles = [...new Set(session.posts.map((p) => p.role))].map(roleName)
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          {
            key: 'posts',
            type: 'group',
            label: t('person.posts'),
            children: session.posts.map((p, i) => ({
              key: `post${i}`,
              disabled: true,
              label: `${roleName(p.role)} · ${p.unitName}`
            }))
          },
          { type: 'divider' },
          { key: 'mode', label: t(mode === 'dark' ? 'person.light' : 'person.dark') },
          { key: 'language', label: t('person.language') },
          { key: 'account', label: t('person.account') },
          { type: 'divider' },
          { key: 'out', label: t('person.signOut') }
        ],
        onClick: ({ key }) => {
          if (key === 'mode') setMode(mode === 'dark' ? 'light' : 'dark')
          if (key === 'language') setLanguage(language === 'zh' ? 'en' : 'zh')
          if (key === 'account') navigate('/account')
          if (key === 'out')
            signOut().then(
              () => navigate('/'),
              (error: Error) => message.error(error.message)
            )
        }
      }}
    >
      <button type="button" className="shell-person">
        <span>{roles[0] ?? ''}</span> {session.user.name}
      </button>
    </Dropdown>
  )
}
