/**
 * The demo model's answer to a question: by the first topic whose words it has, else an introduction. It speaks English,
 * and understands what the page suggests in its other languages.
 */
export function answerTo(question: string, name: string | undefined): string {
  const topic = topics.find(({ words }) => words.test(question))
  return topic ? topic.answer : introduction(name)
}

const topics: { words: RegExp; answer: string }[] = [
  {
    words: /\b(invit\w*|people|team|together|share|join|members?|leute|einladen)\b|دعو/i,
    answer: `## Talk with other people

1. Press **Invite** at the top of the conversation.
2. Send the link to whomever you want here.
3. They sign up or sign in, and are in: they see all of the conversation, and everything from now on as it happens.

While you are alone with me I answer everything. Once there is company I wait until somebody writes \`@assistant\`, so that people can talk among themselves. An owner can change that.

| role | reads | writes | manages members |
| --- | :-: | :-: | :-: |
| owner | ✓ | ✓ | ✓ |
| member | ✓ | ✓ | |
| viewer | ✓ | | |
`,
  },
  {
    words: /\b(scale|scal\w+|nodes?|replicas?|docker|compose|deploy\w*|load)\b/i,
    answer: `## More replicas

Every service keeps its state in Postgres, Redis or NATS, so any of them can run any number of times:

\`\`\`sh
docker compose up --build --wait \\
  --scale chat-ws=3 --scale gateway=2 \\
  --scale history=2 --scale ai-worker=2
\`\`\`

nginx finds the new containers by itself, and keeps each browser on one chat node. Kill any of them: browsers go to another node, catch up from the log, and go on.
`,
  },
  {
    words: /\b(model|models|key|openai|anthropic|claude|gpt|ollama|vllm|provider)\b/i,
    answer: `## A real model

I am the **demo model**: I know about Parley and nothing else. To talk with a real one, set these and start again:

\`\`\`sh
# any OpenAI-compatible server: OpenAI, Ollama, vLLM, LM Studio
OPENAI_BASE_URL=http://localhost:11434/v1
MODEL=llama3.3

# or Anthropic
ANTHROPIC_API_KEY=…
MODEL=claude-sonnet-5
\`\`\`

The key stays on the server; it reaches neither the page nor the log.
`,
  },
  {
    words: /\b(script|api|rest|curl|bot|automat\w*|websocket)\b/i,
    answer: `## From a script

All that this page does, a script can do:

\`\`\`sh
curl -s localhost:8080/api/v1/sessions \\
  -H 'content-type: application/json' \\
  -d '{"email":"ada@example.org","password":"a long password"}'
\`\`\`

Take the \`accessToken\` from the answer, send it as \`Authorization: Bearer …\`, and go on with \`/api/v1/conversations\`. The whole interface is described at [/api/docs](/api/docs).
`,
  },
  {
    words: /\b(markdown|format\w*|table|list|code|show)\b/i,
    answer: `## What the page can show

**Bold**, *italic*, ~~struck~~, \`code\`, [links](https://commonmark.org/help/) and

- lists,
  - also nested,
- [x] with boxes,
- [ ] to tick.

> Quotations, for what somebody else said.

| language | greets with |
| --- | --- |
| Python | \`print("Hello")\` |
| TypeScript | \`console.log('Hello')\` |

\`\`\`ts
// Code, with its language and a button to copy it.
export function greet(name: string): string {
  return \`Hello, \${name}!\`
}
\`\`\`
`,
  },
]

function introduction(name: string | undefined): string {
  return `Hello${name ? `, ${name}` : ''}! I am Parley’s **demo model**: I need no key, and I know about Parley only. Ask me about

- **inviting people** to this conversation,
- **scaling out** with Docker Compose,
- using **a real model** instead of me,
- doing all of this **from a script**,
- or say *show me Markdown*.

| try this | and see |
| --- | --- |
| reload the page while I write | the reply goes on where it was |
| open this conversation in a second window | both see each word at the same time |
| press **Stop** in one of them | it stops in both |

\`\`\`sh
# the same, in a terminal
curl -s localhost:8080/api/openapi.json | head -c 300
\`\`\`
`
}
