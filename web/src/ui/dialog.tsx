import { X } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { t } from '../texts/texts.ts'
import { Button } from './button.tsx'

type Props = { title: string; wide?: boolean; children: ReactNode; onClose: () => void }

/** A dialog over the page: Escape and a click beside it close it, and the focus stays inside. */
export function Dialog({ title, wide = false, children, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    dialog.current?.showModal()
    dialog.current?.querySelector<HTMLElement>('[data-autofocus]')?.focus()
  }, [])
  // At once, and not with the event that follows: the next key may be there before it. Closing gives the focus back.
  function close(): void {
    dialog.current?.close()
    onClose()
  }

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does by keyboard what the click beside it does
    <dialog
      ref={dialog}
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault()
        close()
      }}
      onClick={(event) => event.target === dialog.current && close()}
      className={`m-auto w-[calc(100%-2rem)] rounded-2xl bg-raised p-0 text-text shadow-raised backdrop:bg-black/40 ${wide ? 'max-w-2xl' : 'max-w-md'}`}
    >
      <div className="flex max-h-[80dvh] flex-col p-5">
        <header className="mb-4 flex items-center justify-between gap-4">
          <h2 className="text-lg font-semibold">{title}</h2>
          <Button kind="icon" aria-label={t('ui.close')} onClick={close}>
            <X size={18} />
          </Button>
        </header>
        <div className="-mx-1 overflow-y-auto p-1">{children}</div>
      </div>
    </dialog>
  )
}
