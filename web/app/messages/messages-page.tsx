import { useParams } from 'react-router'
import { Button } from '../components/button.tsx'
import { useMediaQuery, wideScreen } from '../components/media-query.ts'
import { EmptyState } from '../components/states.tsx'
import { useTitle } from '../components/title.ts'
import { commonTexts } from '../language/common-texts.ts'
import { useTexts } from '../language/language.ts'
import { addPageStyles } from '../layout/page-styles.ts'
import { useSession } from '../sign-in/session.tsx'
import { ConversationList } from './conversation-list.tsx'
import { ConversationView } from './conversation-view.tsx'
import styles from './messages.page.css'
import { messageTexts } from './texts.ts'

addPageStyles(styles)

/** The conversations of the viewer and one of them: beside each other where there is room. */
export default function MessagesPage() {
  const { userId } = useParams()
  const text = useTexts(messageTexts)
  const common = useTexts(commonTexts)
  const { user, viewer, askToSignIn } = useSession()
  const isWide = useMediaQuery(wideScreen)
  useTitle(text('title'), viewer?.unreadMessageCount ?? 0)
  if (!user) {
    return (
      <EmptyState icon="chat" title={text('signIn')}>
        <Button kind="primary" onClick={() => askToSignIn('needed')}>
          {common('signIn')}
        </Button>
      </EmptyState>
    )
  }
  return (
    <div className={isWide ? 'messages is-wide' : 'messages'}>
      {(isWide || userId === undefined) && <ConversationList openId={userId} />}
      {userId !== undefined ? (
        <ConversationView key={userId} userId={userId} viewerId={user.id} hasBack={!isWide} />
      ) : (
        isWide && (
          <EmptyState icon="chat" title={text('choose')}>
            <p className="muted">{text('chooseLong')}</p>
          </EmptyState>
        )
      )}
    </div>
  )
}
