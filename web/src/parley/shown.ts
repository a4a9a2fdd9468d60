/** What is open over the page. */
export type Shown = 'palette' | 'shortcuts' | 'appearance' | 'usage' | 'members' | 'invite' | 'rename' | undefined
