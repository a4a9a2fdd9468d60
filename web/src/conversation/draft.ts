import { useEffect, useRef, useState } from 'react'
import { stored } from '../parley/stored.ts'

const settleMs = 300

/** What is being written in a conversation, kept until it is sent, over reloads too. */
export function useDraft(conversation: string): [string, (content: string) => void] {
  const key = `parley:draft:${conversation}`
  const [content, setContent] = useState(() => stored.get(key) ?? '')
  const newest = useRef(content)

  useEffect(() => {
    const timer = setTimeout(() => stored.set(key, content), settleMs)
    return () => clearTimeout(timer)
  }, [key, content])

  useEffect(() => {
    const keep = () => stored.set(key, newest.current)
    window.addEventListener('pagehide', keep)
    return () => {
      window.removeEventListener('pagehide', keep)
      keep()
    }
  }, [key])

  function change(next: string): void {
    newest.current = next
    setContent(next)
  }
  return [content, change]
}
