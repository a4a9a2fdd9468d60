import type { Tool } from './tool.ts'

/** Tells the time, which a model cannot know. */
export const currentTime: Tool = {
  description: 'The current date and time, in a time zone where one is given.',
  input: {
    type: 'object',
    properties: { timeZone: { type: 'string', description: 'IANA name, like Europe/Berlin; UTC if absent' } },
    additionalProperties: false,
  },
  async run(input) {
    const { timeZone } = input as { timeZone?: unknown }
    const zone = typeof timeZone === 'string' && timeZone !== '' ? timeZone : 'UTC'
    const format = new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'long', timeZone: zone })
    return format.format(new Date())
  },
}
