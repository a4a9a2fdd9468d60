/** Counts the sockets of each address, so that no single one takes the place of all others. */
export function createAddresses(most: number) {
  const counts = new Map<string, number>()
  return {
    hasTooMany: (address: string): boolean => (counts.get(address) ?? 0) >= most,
    add(address: string): void {
      counts.set(address, (counts.get(address) ?? 0) + 1)
    },
    remove(address: string): void {
      const left = (counts.get(address) ?? 0) - 1
      if (left > 0) counts.set(address, left)
      else counts.delete(address)
    },
  }
}
