import type { Role } from '@parley/protocol'
import { useParams } from '@tanstack/react-router'
import { useParley } from '../parley/context.ts'
import { useStore } from '../parley/store.ts'

/** The conversation of the address: as it is loaded, or until then as the list has it. */
export function useHere(): { id: string; title: string; role: Role } | undefined {
  const { list, here } = useParley()
  const { items } = useStore(list)
  const loaded = useStore(here)
  const { conversation } = useParams({ strict: false })
  return loaded?.id === conversation ? loaded : items.find(({ id }) => id === conversation)
}
