import { useEffect, useState } from 'react'
import { Button, IconButton } from '../components/button.tsx'
import { RichText } from '../components/rich-text.tsx'
import { showToast } from '../components/toasts.tsx'
import { graph } from '../graph/cache.ts'
import { client } from '../graph/client.ts'
import { messageOf } from '../graph/errors.ts'
import { useLanguage, useTexts } from '../language/language.ts'
import { removeMessage, writeConversation, type Message } from './stored-messages.ts'
import { messageTexts } from './texts.ts'
import type { WaitingMessage } from './use-outbox.ts'

interface MessageListProps {
  readonly messages: readonly Message[]
  readonly waiting: readonly WaitingMessage[]
  readonly viewerId: string
  /** The other user. */
  readonly name: string
  /** The newest message of the viewer that the other user has read. */
  readonly seenUpTo: string | null
  readonly onRetry: (message: WaitingMessage) => void
  readonly onDiscard: (message: WaitingMessage) => void
}

/** How long a message can be recalled, in milliseconds. */
const recallMs = 120_000
/** Messages of one user within this time show it once, in milliseconds. */
const runMs = 300_000

const dayOf = ({ createdAt }: Message): string => new Date(createdAt).toDateString()

/** Messages in the order they were sent, by days; at their end those that are being sent. */
export function MessageList(props: MessageListProps) {
  const { messages, waiting, viewerId, name, seenUpTo, onRetry, onDiscard } = props
  const text = useTexts(messageTexts)
  const language = useLanguage()
  const now = useNow(messages.findLast(({ sender }) => sender?.id === viewerId)?.createdAt)
  const seen = messages.findLast(
    ({ id, sender }) => sender?.id === viewerId && seenUpTo !== null && Number(id) <= Number(seenUpTo),
  )
  const hourAndMinute = new Intl.DateTimeFormat(language, { timeStyle: 'short' })

  return (
    <ol className="message-list">
      {messages.map((message, index) => {
        const { id, content, createdAt, sender } = message
        const [before, after] = [messages[index - 1], messages[index + 1]]
        const isOwn = sender?.id === viewerId
        const isNewDay = !before || dayOf(before) !== dayOf(message)
        const endsRun =
          !after || after.sender?.id !== sender?.id || Date.parse(after.createdAt) - Date.parse(createdAt) > runMs
        return (
          <li key={id} className={isOwn ? 'message is-own' : 'message'}>
            {isNewDay && <Day date={createdAt} />}
            <div className="message-line">
              <span className="hidden">{isOwn ? text('you') : name}: </span>
              <p className="message-bubble">
                <RichText text={content} />
              </p>
              {isOwn && now - Date.parse(createdAt) < recallMs && (
                <IconButton
                  icon="trash"
                  className="is-small"
                  label={text('recall', { content })}
                  onClick={() => void recall(id, text('recalled'))}
                />
              )}
            </div>
            {(endsRun || id === seen?.id) && (
              <p className="message-foot">
                <time dateTime={createdAt}>{hourAndMinute.format(new Date(createdAt))}</time>
                {id === seen?.id && <span>{text('seen')}</span>}
              </p>
            )}
          </li>
        )
      })}
      {waiting.map((message) => (
        <li key={`waiting-${message.key}`} className="message is-own is-waiting">
          <div className="message-line">
            <span className="hidden">{text('you')}: </span>
            <p className="message-bubble">{message.content}</p>
          </div>
          <div className="message-foot">
            <span>{text(message.hasFailed ? 'unsent' : 'sending')}</span>
            {message.hasFailed && (
              <>
                <Button className="is-small" icon="refresh" onClick={() => onRetry(message)}>
                  {text('again')}
                </Button>
                <Button className="is-small" kind="plain" onClick={() => onDiscard(message)}>
                  {text('discard')}
                </Button>
              </>
            )}
          </div>
        </li>
      ))}
    </ol>
  )
}

/** The time, until the message of a date can no longer be recalled. */
function useNow(date: string | undefined): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    setNow(Date.now())
    if (date === undefined || Date.now() - Date.parse(date) >= recallMs) return undefined
    const timer = setInterval(() => {
      setNow(Date.now())
      if (Date.now() - Date.parse(date) >= recallMs) clearInterval(timer)
    }, 5_000)
    return () => clearInterval(timer)
  }, [date])
  return now
}

async function recall(messageId: string, done: string): Promise<void> {
  try {
    const { recallMessage } = await client.request('RecallMessage', { messageId })
    if (recallMessage.conversation) writeConversation(graph.cache, recallMessage.conversation)
    removeMessage(graph.cache, messageId)
    showToast(done)
  } catch (error) {
    showToast(messageOf(error))
  }
}

function Day({ date }: { readonly date: string }) {
  const text = useTexts(messageTexts)
  const language = useLanguage()
  const day = new Date(date)
  const yesterday = new Date()
  yesterday.setDate(yesterday.getDate() - 1)
  const name =
    day.toDateString() === new Date().toDateString()
      ? text('today')
      : day.toDateString() === yesterday.toDateString()
        ? text('yesterday')
        : new Intl.DateTimeFormat(language, { dateStyle: 'medium' }).format(day)
  return <p className="message-day">{name}</p>
}
