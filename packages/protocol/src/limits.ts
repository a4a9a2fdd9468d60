/** Sizes and counts that both sides of a wire enforce. Every name carries its unit. */
export const limits = {
  /** A message's text, in characters as people count them: about 15 pages. `frameBytes` bounds what they are made of. */
  contentChars: 32_000,
  /** A frame from a client, in bytes: a full message of the widest characters, escaped, fits. */
  frameBytes: 256 * 1024,
  titleChars: 200,
  nameChars: 80,
  emailChars: 254,
  /** NIST SP 800-63B-4 §3.1.1.2: at least 15 where a password is the only factor; 64 and more accepted. */
  passwordMinChars: 15,
  passwordMaxChars: 200,
  emojiChars: 32,
  handleChars: 32,
  modelChars: 120,
  /** What an assistant of a conversation is told to be. */
  instructionsChars: 8_000,
  /** Assistants of one conversation; each may answer every message. */
  assistants: 8,
  /** Those who left are kept for their name, up to this many in all. */
  assistantsEver: 40,
  /** What is kept of a tool's input, and of its output. */
  toolChars: 8_000,
  commandIdChars: 64,
  /** Different emoji on one message. */
  reactionsPerMessage: 20,
  conversationMembers: 10_000,
  /** Conversations up to this size tell everybody who has read how far; larger ones tell only the reader's own devices. */
  toldReadersMembers: 100,
  /** Conversations up to this size tell each member of a new message; larger ones tell a shared topic. */
  directBumpMembers: 48,
  /** Rows that one catch-up may return; further behind than this, a client starts over from the newest page. */
  catchUpChanges: 1_000,
  pageMessages: 100,
  searchChars: 200,
  /** Public links to one conversation, and invite links that work. */
  shares: 50,
  invites: 100,
  /** Messages that come in from elsewhere with one request, and the characters of each. */
  importMessages: 200,
  importChars: 200_000,
  /** Conversations that one socket may have open. */
  openConversations: 16,
  /** Names in one presence frame; the count tells of the others. */
  presenceNames: 100,
  previewChars: 140,
  /** Why somebody reports a message. */
  reasonChars: 1_000,
  /** Of one account. */
  passkeys: 20,
  tokens: 50,
  blocked: 1_000,
} as const
