import { createContext, useContext } from 'react'
import type { Parley } from './parley.ts'

export const ParleyContext = createContext<Parley | undefined>(undefined)

/** The signed-in page's Parley. */
export function useParley(): Parley {
  const parley = useContext(ParleyContext)
  if (!parley) throw new Error('nobody is signed in here')
  return parley
}
