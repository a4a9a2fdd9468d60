import { jsonSchema, tool } from 'ai'

/** Tells the time, which a model cannot know. */
export const currentTime = tool({
  description: 'The current date and time, in a time zone where one is given.',
  inputSchema: jsonSchema<{ timeZone?: string }>({
    type: 'object',
    properties: { timeZone: { type: 'string', description: 'IANA name, like Europe/Berlin; UTC if absent' } },
    additionalProperties: false,
  }),
  execute: async ({ timeZone = 'UTC' }) =>
    new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'long', timeZone }).format(new Date()),
})
