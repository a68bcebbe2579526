import { type ReactNode, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from './Icon.tsx'

/** A sheet that rises from the foot of the page; closed by its cross, the back key or a tap beside it. */
export function Sheet(props: { title: string; tall?: boolean; onClose: () => void; children: ReactNode; foot?: ReactNode }) {
  const { t } = useTranslation()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    dialog.current?.showModal()
  }, [])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the key for it is Escape, which the dialog hears itself
    <dialog
      ref={dialog}
      className="f-sheet"
      data-tall={props.tall}
      aria-label={props.title}
      // A camera opened over the sheet is its child: its end is not the end of the sheet.
      onClose={(e) => e.target === dialog.current && props.onClose()}
      onClick={(e) => e.target === dialog.current && dialog.current?.close()}
    >
      <div className="f-sheet-in">
        <header>
          <h2>{props.title}</h2>
          <button type="button" aria-label={t('app.close')} onClick={() => dialog.current?.close()}>
            <Icon name="close" />
          </button>
        </header>
        <div className="f-sheet-body">{props.children}</div>
        {props.foot}
      </div>
    </dialog>
  )
}
