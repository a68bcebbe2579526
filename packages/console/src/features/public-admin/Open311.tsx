import { useTranslation } from 'react-i18next'
import { LinkTabs } from '../../parts/LinkTabs.tsx'
import { Keys } from './Keys.tsx'
import { PeerRequests } from './PeerRequests.tsx'
import { PeerServices } from './PeerServices.tsx'
import { Peers } from './Peers.tsx'
import { usePeers } from './peers-data.ts'
import './public-admin.css'

/** Open311: who may file with us, and which servers we exchange requests with. */
export default function Open311() {
  const { t } = useTranslation()
  const dead = usePeers().data?.items.reduce((n, p) => n + p.counts.dead, 0) ?? 0
  return (
    <LinkTabs
      base="/admin/open311"
      tabs={[
        { key: 'keys', label: t('pub.keys'), children: <Keys /> },
        { key: 'peers', label: t('peer.peers'), children: <Peers /> },
        {
          key: 'requests',
          label: (
            <>
              {t('peer.requests')}
              {dead > 0 ? <b className="tab-count">{dead}</b> : null}
            </>
          ),
          children: <PeerRequests />
        },
        { key: 'services', label: t('peer.services'), children: <PeerServices /> }
      ]}
    />
  )
}
