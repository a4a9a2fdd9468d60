import { encodeMark, limits, plainText, readTranscript } from '@parley/protocol'
import type { ModelPart } from '../models/model.ts'

type Said = Exclude<ModelPart, { usage: unknown }>

/**
 * Turns what a model emits into the reply's transcript, piece by piece.
 *
 * @param begun the transcript so far
 * @param say gets what is added to it
 */
export function createTranscriber(begun: string, say: (piece: string) => void): { write(part: Said): void } {
  const last = readTranscript(begun).findLast((part) => part.type !== 'tool')
  let kind: 'text' | 'reasoning' = last?.type === 'reasoning' ? 'reasoning' : 'text'

  function speak(as: 'text' | 'reasoning', text: string): void {
    const mark = as === kind ? '' : encodeMark({ mark: as })
    kind = as
    say(mark + plainText(text))
  }

  return {
    write(part) {
      if ('text' in part) speak('text', part.text)
      else if ('reasoning' in part) speak('reasoning', part.reasoning)
      else if ('call' in part) {
        const { id: call, name, input } = part.call
        say(encodeMark({ mark: 'call', call, name, input: shorten(input) }))
      } else {
        const { id: call, output, failed } = part.result
        say(encodeMark({ mark: 'result', call, output: shorten(output), ...(failed && { failed }) }))
      }
    },
  }
}

function shorten(text: string): string {
  return text.length > limits.toolChars ? `${text.slice(0, limits.toolChars)} …` : text
}
