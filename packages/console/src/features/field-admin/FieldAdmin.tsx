import { useTranslation } from 'react-i18next'
import { LinkTabs } from '../../parts/LinkTabs.tsx'
import { Coverage } from './Coverage.tsx'
import { useProposals } from './data.ts'
import { Proposals } from './Proposals.tsx'
import { Staff } from './Staff.tsx'
import './field-admin.css'

/** People in the street as the shift leader sees them: who is out, what was walked, what they want corrected. */
export default function FieldAdmin() {
  const { t } = useTranslation()
  const open = useProposals('open').data?.pages[0]?.open ?? 0
  return (
    <div className="field-admin">
      <h1>{t('fieldAdmin.title')}</h1>
      <LinkTabs
        base="/fieldwork"
        tabs={[
          { key: 'staff', label: t('fieldAdmin.staff'), children: <Staff /> },
          { key: 'coverage', label: t('fieldAdmin.coverage'), children: <Coverage /> },
          {
            key: 'proposals',
            label: (
              <>
                {t('fieldAdmin.proposals')}
                {open > 0 ? <b className="tab-count">{open}</b> : null}
              </>
            ),
            children: <Proposals />
          }
        ]}
      />
    </div>
  )
}
