import { useTranslation } from 'react-i18next'
import { LinkTabs } from '../../parts/LinkTabs.tsx'
import { Categories } from './Categories.tsx'
import { useHotlines } from './data.ts'
import { HotlineMessages } from './HotlineMessages.tsx'
import { HotlineSystems } from './HotlineSystems.tsx'
import { Reconciliations } from './Reconciliations.tsx'
import './public-admin.css'

/** The exchange with 12345 hotlines: who, what goes out, what differs, and what their categories mean here. */
export default function Hotline() {
  const { t } = useTranslation()
  const dead = useHotlines().data?.items.reduce((n, s) => n + s.dead, 0) ?? 0
  return (
    <LinkTabs
      base="/admin/hotline"
      tabs={[
        { key: 'systems', label: t('pub.systems'), children: <HotlineSystems /> },
        {
          key: 'messages',
          label: (
            <>
              {t('pub.messages')}
              {dead > 0 ? <b className="tab-count">{dead}</b> : null}
            </>
          ),
          children: <HotlineMessages />
        },
        { key: 'reconciliations', label: t('pub.reconciliations'), children: <Reconciliations /> },
        { key: 'categories', label: t('pub.categories'), children: <Categories /> }
      ]}
    />
  )
}
