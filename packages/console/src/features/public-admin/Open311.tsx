import { useTranslation } from 'react-i18next'
import { LinkTabs } from '../../parts/LinkTabs.tsx'
import { Keys } from './Keys.tsx'
import './public-admin.css'

/** Open311: who may file with us. */
export default function Open311() {
  const { t } = useTranslation()
  return <LinkTabs base="/admin/open311" tabs={[{ key: 'keys', label: t('pub.keys'), children: <Keys /> }]} />
}
