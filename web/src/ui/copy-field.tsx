import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { t } from '../texts/texts.ts'
import { Button } from './button.tsx'

/** Something to copy. */
export function CopyField({ label, value }: { label: string; value: string }) {
  const [copied, setCopied] = useState<string>()
  const isCopied = copied === value

  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(value)
    setCopied(value)
  }

  return (
    <div className="flex gap-2">
      <input
        readOnly
        dir="ltr"
        aria-label={label}
        value={value}
        className="h-11 min-w-0 flex-1 rounded-lg border border-line bg-sunken px-3 sm:h-9"
        onFocus={(event) => event.currentTarget.select()}
      />
      <Button kind="primary" onClick={copy}>
        {isCopied ? <Check size={18} /> : <Copy size={18} />} {isCopied ? t('ui.copied') : t('ui.copy')}
      </Button>
    </div>
  )
}
