import type { Message } from '@parley/protocol'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { t } from '../texts/texts.ts'
import { Button } from '../ui/button.tsx'

type Props = { message: Message; versions: Message[]; canAct: boolean; onChoose: (version: Message) => void }

/** Which of its versions a message is, and the way to the others, for everybody at once. */
export function Versions({ message, versions, canAct, onChoose }: Props) {
  const at = versions.findIndex(({ id }) => id === message.id)
  const step = (label: string, to: Message | undefined, icon: React.ReactNode) => (
    <Button kind="icon" aria-label={label} disabled={!to || !canAct} onClick={() => to && onChoose(to)}>
      {icon}
    </Button>
  )
  return (
    <fieldset className="-ms-2 flex items-center text-sm text-quiet" aria-label={t('message.versions')}>
      {step(t('message.previousVersion'), versions[at - 1], <ChevronLeft size={16} className="rtl:rotate-180" />)}
      <span className="tabular-nums">
        {at + 1} / {versions.length}
      </span>
      {step(t('message.nextVersion'), versions[at + 1], <ChevronRight size={16} className="rtl:rotate-180" />)}
    </fieldset>
  )
}
