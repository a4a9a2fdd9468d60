import { useState } from 'react'
import { notifications } from '../parley/notifications.ts'
import { t } from '../texts/texts.ts'
import { Button } from '../ui/button.tsx'

/** Whether the system tells of messages while the page is out of sight. */
export function NotificationSettings() {
  const [state, setState] = useState(notifications.state)

  async function allow(): Promise<void> {
    await notifications.turnOn()
    setState(notifications.state())
  }

  function turnOff(): void {
    notifications.turnOff()
    setState(notifications.state())
  }

  switch (state) {
    case 'impossible':
      return <p className="text-quiet">{t('settings.notifications.impossible')}</p>
    case 'refused':
      return <p className="text-quiet">{t('settings.notifications.refused')}</p>
    case 'off':
      return (
        <>
          <p className="mb-3 text-quiet">{t('settings.notifications.off')}</p>
          <Button kind="primary" onClick={allow}>
            {t('settings.notifications.turnOn')}
          </Button>
        </>
      )
    case 'on':
      return (
        <>
          <p className="mb-3">{t('settings.notifications.on')}</p>
          <Button onClick={turnOff}>{t('settings.notifications.turnOff')}</Button>
        </>
      )
  }
}
