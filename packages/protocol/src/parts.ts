import * as Type from 'typebox'

const closed = { additionalProperties: false } as const

/** A call of a tool within a reply. `input` and `output` are texts; `output` is empty while the tool runs. */
export const ToolPart = Type.Object(
  {
    type: Type.Literal('tool'),
    call: Type.String(),
    name: Type.String(),
    input: Type.String(),
    state: Type.Union([Type.Literal('running'), Type.Literal('done'), Type.Literal('failed')]),
    output: Type.String(),
  },
  closed,
)
export type ToolPart = Type.Static<typeof ToolPart>

/** What a reply is made of, where it is more than text. */
export const Part = Type.Union([
  Type.Object({ type: Type.Literal('text'), text: Type.String() }, closed),
  Type.Object({ type: Type.Literal('reasoning'), text: Type.String() }, closed),
  ToolPart,
])
export type Part = Type.Static<typeof Part>

/** What a transcript says between its texts: what the following text is, or that a tool was called or has answered. */
export type Mark =
  | { mark: 'text' }
  | { mark: 'reasoning' }
  | { mark: 'call'; call: string; name: string; input: string }
  | { mark: 'result'; call: string; output: string; failed?: true }

const recordStart = '\u001e'
const recordEnd = '\n'

/**
 * A reply on its way is one growing string, its transcript, so that one offset says how much of it a client has. Text
 * stands in it as it is; a mark is a record of RFC 7464: the control character RS, JSON, a line feed.
 */
export function encodeMark(mark: Mark): string {
  return recordStart + JSON.stringify(mark) + recordEnd
}

/** A model's text as it may stand in a transcript: without the character that begins a mark, and what Postgres refuses. */
export function plainText(text: string): string {
  return text.replaceAll(recordStart, '').replaceAll('\0', '')
}

/** Whether a transcript is nothing but text. */
export function isPlain(transcript: string): boolean {
  return !transcript.includes(recordStart)
}

/** The parts of a transcript, of which the last may be incomplete. A mark that is cut off is left out. */
export function readTranscript(transcript: string): Part[] {
  if (isPlain(transcript)) return transcript === '' ? [] : [{ type: 'text', text: transcript }]
  const parts: Part[] = []
  let kind: 'text' | 'reasoning' = 'text'
  for (const [at, piece] of transcript.split(recordStart).entries()) {
    const end = at === 0 ? -1 : piece.indexOf(recordEnd)
    if (at > 0 && end === -1) break
    const mark = at === 0 ? undefined : (JSON.parse(piece.slice(0, end)) as Mark)
    if (mark?.mark === 'call') parts.push({ ...calledTool(mark), state: 'running', output: '' })
    else if (mark?.mark === 'result') answer(parts, mark)
    else if (mark) kind = mark.mark
    addText(parts, kind, piece.slice(end + 1))
  }
  return parts
}

/** The transcript that has these parts. */
export function writeTranscript(parts: Part[]): string {
  let kind = 'text'
  let transcript = ''
  for (const part of parts) {
    if (part.type === 'tool') {
      const { call, name, input, output, state } = part
      transcript += encodeMark({ mark: 'call', call, name, input })
      if (state !== 'running') {
        transcript += encodeMark({ mark: 'result', call, output, ...(state === 'failed' && { failed: true }) })
      }
    } else {
      if (part.type !== kind) transcript += encodeMark({ mark: part.type })
      kind = part.type
      transcript += part.text
    }
  }
  return transcript
}

function calledTool({ call, name, input }: Mark & { mark: 'call' }) {
  return { type: 'tool' as const, call, name, input }
}

function answer(parts: Part[], { call, output, failed }: Mark & { mark: 'result' }): void {
  const at = parts.findLastIndex((part) => part.type === 'tool' && part.call === call)
  const part = parts[at]
  if (part?.type === 'tool') parts[at] = { ...part, output, state: failed ? 'failed' : 'done' }
}

function addText(parts: Part[], type: 'text' | 'reasoning', text: string): void {
  if (text === '') return
  const last = parts.at(-1)
  if (last?.type === type) parts[parts.length - 1] = { type, text: last.text + text }
  else parts.push({ type, text })
}

/** The parts as they are kept: a tool that was still running when the reply ended has not answered. */
export function settleParts(parts: Part[]): Part[] {
  return parts.map((part) =>
    part.type === 'tool' && part.state === 'running' ? { ...part, state: 'failed', output: '' } : part,
  )
}

/** The text of a reply, without what it thought and which tools it used. */
export function textOf(parts: Part[]): string {
  const texts = parts.flatMap((part) => (part.type === 'text' ? [part.text.trim()] : []))
  return parts.length === 1 && parts[0]?.type === 'text' ? parts[0].text : texts.filter(Boolean).join('\n\n')
}
