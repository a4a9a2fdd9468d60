import type { OpenConversation } from '../parley/open-conversation.ts'
import type { Outgoing } from '../parley/outbox.ts'
import { t } from '../texts/texts.ts'
import { Button } from '../ui/button.tsx'
import { Markdown } from './markdown.tsx'

/** A message on its way: paler; one that could not be sent says so, with the way on beside it. */
export function OutgoingView({ message, open }: { message: Outgoing; open: OpenConversation }) {
  return (
    <div data-outgoing={message.id} className="pt-2 sm:ps-11">
      <div className="opacity-60">
        <Markdown text={message.content} writing={false} />
      </div>
      {message.failed === undefined ? (
        <span className="sr-only">{t('message.sending')}</span>
      ) : (
        <p role="alert" className="flex flex-wrap items-center gap-1 text-sm text-danger">
          {t('message.notSent')} {message.failed}
          <Button kind="quiet" onClick={() => open.retry(message.id)}>
            {t('ui.tryAgain')}
          </Button>
          <Button kind="quiet" onClick={() => open.discard(message.id)}>
            {t('message.discard')}
          </Button>
        </p>
      )}
    </div>
  )
}
