import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ScanSheet } from './ScanSheet.tsx'
import { Act } from './Screen.tsx'

/** The code of a component: typed, or read from its plate with the camera. */
export function ComponentCode({ label, value, onCode }: { label: string; value: string; onCode: (code: string) => void }) {
  const { t } = useTranslation()
  const [scan, setScan] = useState(false)
  return (
    <div className="f-code">
      <label className="f-field">
        <span>{label}</span>
        <input
          className="f-input"
          inputMode="numeric"
          maxLength={17}
          value={value}
          onChange={(e) => onCode(e.target.value.replace(/\D/g, ''))}
        />
      </label>
      <Act icon="scan" onClick={() => setScan(true)}>
        {t('scan.open')}
      </Act>
      {scan ? (
        <ScanSheet
          onClose={() => setScan(false)}
          onCode={(code) => {
            onCode(code)
            setScan(false)
          }}
        />
      ) : null}
    </div>
  )
}
