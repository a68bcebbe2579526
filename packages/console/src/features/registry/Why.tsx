import { Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { PhotoUpload } from '../../parts/PhotoUpload.tsx'

export interface WhyProps {
  note: string
  onNote: (note: string) => void
  evidence: string[]
  onEvidence: (ids: string[]) => void
  /** Without a reason nothing is done. */
  needed?: boolean
}

/** Why something is changed, and the pictures that show it. */
export function Why({ note, onNote, evidence, onEvidence, needed }: WhyProps) {
  const { t } = useTranslation()
  const label = t(needed ? 'registry.why' : 'registry.whyOptional')
  return (
    <section className="reg-why">
      <Input.TextArea
        value={note}
        maxLength={500}
        autoSize={{ minRows: 1, maxRows: 4 }}
        placeholder={label}
        aria-label={label}
        onChange={(e) => onNote(e.target.value)}
      />
      <PhotoUpload value={evidence} onChange={onEvidence} phase="near" />
    </section>
  )
}
