import { type PointerEvent, useEffect, useRef, useState } from 'react'

/** As long as systems wait for it. */
const pressMs = 450
/** A finger that moves further wants to scroll. */
const moveWithinPx = 10

/** Whether a finger was held on something, until it touches something else; and what that needs to listen to. */
export function useLongPress() {
  const [isHeld, setIsHeld] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const press = useRef<{ timer: ReturnType<typeof setTimeout>; x: number; y: number }>(undefined)

  function end(): void {
    clearTimeout(press.current?.timer)
    press.current = undefined
  }

  useEffect(() => {
    if (!isHeld) return
    const letGo = ({ target }: Event) => !box.current?.contains(target as Node) && setIsHeld(false)
    document.addEventListener('pointerdown', letGo)
    return () => document.removeEventListener('pointerdown', letGo)
  }, [isHeld])
  useEffect(() => () => clearTimeout(press.current?.timer), [])

  const handlers = {
    onPointerDown({ pointerType, clientX: x, clientY: y }: PointerEvent): void {
      if (pointerType !== 'touch') return
      end()
      press.current = { timer: setTimeout(() => setIsHeld(true), pressMs), x, y }
    },
    onPointerMove({ clientX, clientY }: PointerEvent): void {
      if (press.current && Math.hypot(clientX - press.current.x, clientY - press.current.y) > moveWithinPx) end()
    },
    onPointerUp: end,
    onPointerCancel: end,
  }
  return { isHeld, box, handlers, letGo: () => setIsHeld(false) }
}
