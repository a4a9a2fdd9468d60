import { createRecent } from '@parley/chat-ws/recent'
import { type Change, encodeFrame, newId, parseCommand, parseFrame, seqOf } from '@parley/protocol'
import { Bench } from 'tinybench'

// The few functions that each message passes: `npm run bench:micro`. A look at them in review, no measure of the whole.

const conversation = newId()
const author = newId()
const changeAt = (seq: number): Change => ({
  kind: 'message',
  seq,
  message: {
    id: newId(),
    seq,
    author,
    role: 'user',
    parent: null,
    content: 'and so on, as people do '.repeat(7),
    createdAt: new Date().toISOString(),
    editedAt: null,
    deletedAt: null,
    reactions: [],
  },
})
const frame = { type: 'change', conversation, change: changeAt(2) } as const
const text = encodeFrame(frame)
const bytes = Buffer.from(text)
const command = JSON.stringify({ type: 'send', id: newId(), conversation, content: 'and so on '.repeat(16) })

const head = 300
const recent = createRecent(conversation)
recent.listen()
recent.told(0, {
  head,
  tip: null,
  readers: [{ user: author, role: 'owner' }],
  changes: Array.from({ length: head }, (_, at) => changeAt(at + 1)),
  streaming: [],
  reads: [],
  presence: { version: 1, users: [], count: 0 },
})
let seq = head

const bench = new Bench({ time: 500 })
bench
  .add('a change is encoded', () => encodeFrame(frame))
  .add('a command is read and checked', () => parseCommand(command))
  .add('a frame is read and checked by a client', () => parseFrame(text))
  .add('the seq of a frame is read off its bytes', () => seqOf(bytes))
  .add('an answer to one who missed 20 changes, told before', () => recent.answer(author, head - 20))
  .add('a change passes, and somebody comes who missed 20', () => {
    seq += 1
    recent.passed(Buffer.from(encodeFrame({ type: 'change', conversation, change: changeAt(seq) })))
    recent.answer(author, seq - 20)
  })
await bench.run()
console.table(bench.table())
