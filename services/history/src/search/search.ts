import type { BodyOf, ResponseOf } from '@parley/history-client'
import { type RawBuilder, sql } from 'kysely'
import { fromCursor, toCursor } from '../cursor.ts'
import type { Deps } from '../deps.ts'

/** A search looks at so many of the searcher's conversations, those with the latest activity. */
const maxConversations = 1_000
const maxTitles = 5
const timeoutMs = 3_000
/** Around what was found in a text, while it is on its way from Postgres. */
const [from, to] = ['\u0002', '\u0003']

type Row = Omit<ResponseOf<'search'>['messages'][number], 'createdAt' | 'excerpt'> & { at: string; headline: string }

/** Finds messages by their words, in the conversations of the one who asks. */
export function createSearch({ reads }: Pick<Deps, 'reads'>) {
  return { search }

  /** Messages, newest first, and on the first page also conversations by their titles. */
  async function search(body: BodyOf<'search'>): Promise<ResponseOf<'search'>> {
    const { actor, conversation, before, limit } = body
    const db = reads.db()
    const query = queryOf(body.query.toWellFormed())
    const within = conversation ? sql`m.conversation_id = ${conversation}` : sql`true`
    const mine = sql`
      select c.id, c.title from members m join conversations c on c.id = m.conversation_id
      where m.user_id = ${actor} and m.left_at is null and ${within}
      order by c.active_hour desc, c.active_at desc limit ${maxConversations}`
    const last = fromCursor(before)
    const older = last ? sql`(w.created_at, w.message_id) < (${last.at}::timestamptz, ${last.id}::uuid)` : sql`true`
    const options = `StartSel=${from}, StopSel=${to}, MaxFragments=1, MinWords=12, MaxWords=32, ShortWord=0`

    return db.transaction().execute(async (trx) => {
      await sql`set local statement_timeout = ${sql.lit(timeoutMs)}`.execute(trx)
      const { rows } = await sql<Row>`
        with mine as materialized (${mine}),
        found as materialized (
          select w.conversation_id, w.seq, w.message_id, w.created_at
          from message_words w
          where w.conversation_id = any (array(select id from mine)) and w.words @@ ${query} and ${older}
          order by w.created_at desc, w.message_id desc limit ${limit + 1}
        )
        select f.conversation_id as conversation, mine.title, m.id as message, m.seq, m.role, u.name as author,
          to_char(f.created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at,
          ts_headline('parley', translate(left(m.content, 100000), ${from + to}, ''), ${query}, ${options}) as headline
        from found f
        join mine on mine.id = f.conversation_id
        join messages m on m.conversation_id = f.conversation_id and m.seq = f.seq and m.deleted_at is null
        left join users u on u.id = m.author_id
        order by f.created_at desc, f.message_id desc`.execute(trx)
      const titles = before || conversation ? [] : await titlesLike(mine, query)
      const oldest = rows[limit - 1]
      return {
        conversations: titles,
        messages: rows.slice(0, limit).map(({ at, headline, ...row }) => ({
          ...row,
          createdAt: new Date(at).toISOString(),
          excerpt: excerptOf(headline),
        })),
        ...(rows.length > limit && oldest && { next: toCursor({ at: oldest.at, id: oldest.message }) }),
      }

      async function titlesLike(mine: RawBuilder<unknown>, query: RawBuilder<unknown>) {
        const { rows } = await sql<{ id: string; title: string }>`
          with mine as (${mine})
          select id, title from mine where to_tsvector('parley', title) @@ ${query} limit ${maxTitles}`.execute(trx)
        return rows
      }
    })
  }
}

/** As in search engines: all the words, "one after the other", or, -not; the last one may be only begun. */
function queryOf(text: string): RawBuilder<unknown> {
  const parsed = sql`websearch_to_tsquery('parley', ${text})`
  if (!/[\p{L}\p{N}]$/u.test(text)) return parsed
  // A query that ends with more than a word, as one in brackets, cannot be begun only.
  return sql`case when ${parsed}::text like '%''' then (${parsed}::text || ':*')::tsquery else nullif(${parsed}::text, '')::tsquery end`
}

function excerptOf(headline: string): { text: string; hit?: true }[] {
  return headline.split(from).flatMap((part, at) => {
    if (at === 0) return part === '' ? [] : [{ text: part }]
    const [hit = '', rest = ''] = part.split(to)
    return [{ text: hit, hit: true as const }, ...(rest === '' ? [] : [{ text: rest }])]
  })
}
