import { useEffect, useId, useRef, type ReactNode } from 'react'
import { commonTexts } from '../language/common-texts.ts'
import { useTexts } from '../language/language.ts'
import { IconButton } from './button.tsx'

export interface SheetProps {
  readonly title: string
  readonly onClose: () => void
  readonly size?: 'small' | 'medium'
  readonly children: ReactNode
}

/** A dialog over the page: from below on phones, in the middle on wider screens. Escape and a press beside it close it. */
export function Sheet({ title, onClose, size = 'medium', children }: SheetProps) {
  const text = useTexts(commonTexts)
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const shown = dialog.current
    if (shown && !shown.open) {
      shown.showModal()
      // By default it is the button that closes it.
      shown.querySelector<HTMLElement>('input, textarea, .menu button')?.focus()
    }
    return () => shown?.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      className={`sheet is-${size}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onPointerDown={(event) => {
        if (event.target === dialog.current) onClose()
      }}
    >
      <div className="sheet-body">
        <header className="sheet-head">
          <h2 id={id}>{title}</h2>
          <IconButton icon="close" label={text('close')} onClick={onClose} />
        </header>
        {children}
      </div>
    </dialog>
  )
}
