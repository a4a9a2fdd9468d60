import type { Message } from '@parley/protocol'
import { ChevronLeft, ChevronRight } from 'lucide-react'
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
    <fieldset className="-ml-2 flex items-center text-sm text-quiet" aria-label="Versions">
      {step('Previous version', versions[at - 1], <ChevronLeft size={16} />)}
      <span className="tabular-nums">
        {at + 1} / {versions.length}
      </span>
      {step('Next version', versions[at + 1], <ChevronRight size={16} />)}
    </fieldset>
  )
}
