/** What a conversation is called while nobody has named it. */
export function titleOf({ title }: { title: string }): string {
  return title || 'New conversation'
}
