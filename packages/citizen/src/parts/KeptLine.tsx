import type { CitizenCase } from '@chengyun/contract/public'
import { useEffect, useState } from 'react'
import { readProgress } from '../api/public.ts'
import { type Kept, saveKept } from '../draft/store.ts'
import { t } from '../i18n.ts'
import { useBlobUrl } from './bits.tsx'
import { CaseLine } from './CaseLine.tsx'

/** A report of this device; what the server says of it is read when it is seen, what was last known stands until then. */
export function KeptLine({ kept }: { kept: Kept }) {
  const [view, setView] = useState<CitizenCase>()
  const thumb = useBlobUrl(kept.thumb)
  useEffect(() => {
    let isCurrent = true
    readProgress(kept.caseNo, kept.trackingCode).then(
      (found) => {
        if (isCurrent) setView(found)
        if (found.promisedAt !== kept.promisedAt) void saveKept({ ...kept, promisedAt: found.promisedAt })
      },
      () => undefined
    )
    return () => {
      isCurrent = false
    }
  }, [kept])
  return (
    <CaseLine
      thumb={thumb}
      line={{
        caseNo: kept.caseNo,
        className: kept.text || (view?.className ?? t('case.unclassed')),
        address: view?.address ?? kept.address,
        progress: view?.progress ?? 'received',
        reportedAt: kept.reportedAt,
        promisedAt: view ? view.promisedAt : kept.promisedAt,
        photoUrl: view?.photos[0]?.url ?? null,
        toRate: view?.can.includes('rate') ?? false
      }}
    />
  )
}
