import { useQuery } from '@apollo/client/react'
import { useState } from 'react'
import { Button } from '../components/button.tsx'
import { Icon } from '../components/icon.tsx'
import { ErrorState, SkeletonLines } from '../components/states.tsx'
import { showToast } from '../components/toasts.tsx'
import { client } from '../graph/client.ts'
import { operation } from '../graph/documents.ts'
import { messageOf } from '../graph/errors.ts'
import { commonTexts } from '../language/common-texts.ts'
import { useFormats, useTexts } from '../language/language.ts'
import { deviceOf } from './device.ts'
import { settingsTexts } from './texts.ts'

/** Where the viewer is signed in; other devices can be signed out. */
export function Sessions() {
  const text = useTexts(settingsTexts)
  const common = useTexts(commonTexts)
  const { ago } = useFormats()
  const { data, error, refetch } = useQuery(operation('Sessions'), { fetchPolicy: 'network-only' })
  const [isAsking, setIsAsking] = useState(false)
  const [busy, setBusy] = useState<readonly string[]>([])
  if (!data) return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <SkeletonLines count={3} />
  const others = data.sessions.filter(({ isCurrent }) => !isCurrent)
  const sessions = [...data.sessions.filter(({ isCurrent }) => isCurrent), ...others]

  async function revoke(idsOf: () => Promise<readonly string[]>): Promise<void> {
    setIsAsking(false)
    try {
      const ids = await idsOf()
      setBusy(ids)
      for (const sessionId of ids) await client.request('RevokeSession', { sessionId })
      showToast(text('revoked'))
    } catch (problem) {
      showToast(messageOf(problem))
    }
    await refetch().catch(() => undefined)
    setBusy([])
  }

  /** Also those that signed in since the list was read. */
  async function allOthers(): Promise<readonly string[]> {
    const { sessions: now } = await client.request('Sessions', {})
    return now.filter(({ isCurrent }) => !isCurrent).map(({ id }) => id)
  }

  return (
    <>
      <ul className="settings-list">
        {sessions.map((session) => {
          const device = deviceOf(session.userAgent) || text('unknownDevice')
          return (
            <li key={session.id}>
              <Icon name="globe" />
              <span>
                <strong>{device}</strong>
                <small className="muted">
                  {session.isCurrent ? text('current') : text('lastUsed', { when: ago(session.lastUsedAt) })}
                </small>
              </span>
              {!session.isCurrent && (
                <Button
                  className="is-small"
                  isBusy={busy.includes(session.id)}
                  aria-label={text('revokeDevice', { device })}
                  onClick={() => void revoke(() => Promise.resolve([session.id]))}
                >
                  {text('revoke')}
                </Button>
              )}
            </li>
          )
        })}
      </ul>
      {others.length > 0 &&
        (isAsking ? (
          <div className="form">
            <p>{text('revokeOthersSure', { count: others.length })}</p>
            <Button kind="danger" icon="signOut" autoFocus onClick={() => void revoke(allOthers)}>
              {text('revokeOthers')}
            </Button>
            <Button onClick={() => setIsAsking(false)}>{common('cancel')}</Button>
          </div>
        ) : (
          <Button kind="danger" icon="signOut" isBusy={busy.length > 0} onClick={() => setIsAsking(true)}>
            {text('revokeOthers')}
          </Button>
        ))}
    </>
  )
}
