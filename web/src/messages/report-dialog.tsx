import { limits } from '@parley/protocol'
import { useParley } from '../parley/context.ts'
import { Form } from '../settings/form.tsx'
import { t } from '../texts/texts.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Field } from '../ui/field.tsx'

type Props = { conversation: string; message: string; onClose: () => void }

/** Tells those who administer the installation what is wrong with a message. */
export function ReportDialog({ conversation, message, onClose }: Props) {
  const { api, notice } = useParley()
  return (
    <Dialog title={t('message.reportTitle')} onClose={onClose}>
      <p className="mb-4 text-quiet">{t('message.reportText')}</p>
      <Form
        label={t('message.reportDo')}
        onSubmit={async ({ reason = '' }) => {
          await api.report(conversation, message, reason)
          notice.set({ text: t('message.reported') })
          onClose()
        }}
      >
        <Field label={t('message.reportReason')} name="reason" required maxLength={limits.reasonChars} data-autofocus />
      </Form>
    </Dialog>
  )
}
