import { useEffect, useRef, useState } from 'react'
import { drafts } from '../parley/drafts.ts'

const settleMs = 300

/** What is being written in a conversation, kept until it is sent, over reloads too. */
export function useDraft(conversation: string): [string, (content: string) => void] {
  const [content, setContent] = useState(() => drafts.read(conversation))
  const newest = useRef(content)

  useEffect(() => {
    const timer = setTimeout(() => drafts.keep(conversation, content), settleMs)
    return () => clearTimeout(timer)
  }, [conversation, content])

  useEffect(() => {
    const keep = () => drafts.keep(conversation, newest.current)
    window.addEventListener('pagehide', keep)
    return () => {
      window.removeEventListener('pagehide', keep)
      keep()
    }
  }, [conversation])

  function change(next: string): void {
    newest.current = next
    setContent(next)
  }
  return [content, change]
}
