import { useState } from 'react'
import { notifications } from '../parley/notifications.ts'
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
      return <p className="text-quiet">This browser has no notifications.</p>
    case 'refused':
      return (
        <p className="text-quiet">Your browser refuses notifications for this page. Its own settings can allow them.</p>
      )
    case 'off':
      return (
        <>
          <p className="mb-3 text-quiet">Be told of new messages while this page is out of sight. This browser only.</p>
          <Button kind="primary" onClick={allow}>
            Turn on
          </Button>
        </>
      )
    case 'on':
      return (
        <>
          <p className="mb-3">You are told of new messages while this page is out of sight.</p>
          <Button onClick={turnOff}>Turn off</Button>
        </>
      )
  }
}
