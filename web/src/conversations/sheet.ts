import { createContext } from 'react'

/** Opens the list of conversations where the screen is too small to show it always. */
export const SheetContext = createContext(() => {})
