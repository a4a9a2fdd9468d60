import type { Frame } from '@parley/protocol'
import { isUnread, plain, titleOf } from '../conversations/title.ts'
import type { ConversationsList } from './list.ts'
import type { Store } from './store.ts'
import { stored } from './stored.ts'

const key = 'parley.notifications'
/** What is read on another device within this is no news. */
const patienceMs = 1_000

/** Whether this browser tells of messages. */
export const notifications = {
  state(): 'impossible' | 'refused' | 'off' | 'on' {
    if (!('Notification' in window)) return 'impossible'
    if (Notification.permission === 'denied') return 'refused'
    return Notification.permission === 'granted' && stored.get(key) === 'on' ? 'on' : 'off'
  },
  async turnOn(): Promise<void> {
    if ((await Notification.requestPermission()) === 'granted') stored.set(key, 'on')
  },
  turnOff: () => stored.set(key, ''),
}

/**
 * Tells of what is new while nobody looks at the page. The same conversation has one notification at a time, however many
 * tabs tell of it.
 */
export function createNotifier(list: Store<ConversationsList>, user: string, go: (conversation: string) => void) {
  const waiting = new Map<string, ReturnType<typeof setTimeout>>()

  function tell(conversation: string): void {
    waiting.delete(conversation)
    const item = list.get().items.find(({ id }) => id === conversation)
    if (!item || !isUnread(item) || document.visibilityState === 'visible' || notifications.state() !== 'on') return
    const notification = new Notification(titleOf(item), {
      body: plain(item.preview),
      tag: conversation,
      icon: '/icon-192.png',
    })
    notification.onclick = () => {
      window.focus()
      go(conversation)
      notification.close()
    }
  }

  return {
    onFrame(frame: Frame): void {
      const isNews = frame.type === 'bump' || (frame.type === 'change' && isOfOthers(frame.change, user))
      if (!isNews || waiting.has(frame.conversation) || document.visibilityState === 'visible') return
      waiting.set(
        frame.conversation,
        setTimeout(() => tell(frame.conversation), patienceMs),
      )
    },
    close(): void {
      for (const timer of waiting.values()) clearTimeout(timer)
    },
  }
}

function isOfOthers(change: Extract<Frame, { type: 'change' }>['change'], user: string): boolean {
  return change.kind === 'message' && change.seq === change.message.seq && change.message.author !== user
}
