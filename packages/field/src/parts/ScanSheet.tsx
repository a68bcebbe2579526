import type { BarcodeDetector } from 'barcode-detector/ponyfill'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url'
import { Note } from './Screen.tsx'
import { Sheet } from './Sheet.tsx'

const LOOK_EVERY_MS = 250

async function detector(): Promise<BarcodeDetector> {
  const { BarcodeDetector, prepareZXingModule } = await import('barcode-detector/ponyfill')
  // The reader comes from this server and is kept on the phone with the app: it has to work where there is no network.
  prepareZXingModule({
    overrides: { locateFile: (path: string, prefix: string) => (path.endsWith('.wasm') ? wasmUrl : prefix + path) }
  })
  return new BarcodeDetector({ formats: ['qr_code', 'code_128', 'data_matrix'] })
}

/** The component code in whatever a plate says: bare digits, or an address that ends with them. */
export function componentCodeOf(text: string): string | null {
  return /(?:^|\D)(\d{16,17})(?!\d)/.exec(text)?.[1] ?? null
}

/** Reads the code on the plate of a component with the camera. */
export function ScanSheet({ onCode, onClose }: { onCode: (code: string) => void; onClose: () => void }) {
  const { t } = useTranslation()
  const video = useRef<HTMLVideoElement>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const told = useRef(onCode)
  told.current = onCode

  useEffect(() => {
    let stream: MediaStream | null = null
    let timer: ReturnType<typeof setTimeout> | undefined
    let gone = false
    const begin = async () => {
      try {
        stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: 'environment' } })
      } catch {
        return setProblem(t('scan.noCamera'))
      }
      if (gone || !video.current) return
      video.current.srcObject = stream
      const reader = await detector().catch(() => null)
      if (!reader) return setProblem(t('scan.noReader'))
      const look = async () => {
        if (gone || !video.current) return
        const found = video.current.readyState >= 2 ? await reader.detect(video.current).catch(() => []) : []
        if (gone) return
        const code = found.map((f) => componentCodeOf(f.rawValue)).find((c) => c !== null)
        if (code) {
          navigator.vibrate?.(80)
          return told.current(code)
        }
        setProblem(found.length > 0 ? t('scan.notComponent') : null)
        timer = setTimeout(() => void look(), LOOK_EVERY_MS)
      }
      await look()
    }
    void begin()
    return () => {
      gone = true
      clearTimeout(timer)
      for (const track of stream?.getTracks() ?? []) track.stop()
    }
  }, [t])

  return (
    <Sheet title={t('scan.title')} onClose={onClose}>
      <div className="f-scan">
        <video ref={video} autoPlay playsInline muted />
        <i />
      </div>
      <div className="f-pad">{problem ? <Note>{problem}</Note> : <p className="f-soft">{t('scan.hint')}</p>}</div>
    </Sheet>
  )
}
