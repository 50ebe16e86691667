import { useState } from 'react'
import type { Variables } from '../graph/documents.ts'
import { Menu, MenuEntry } from '../components/menu.tsx'
import { Sheet } from '../components/sheet.tsx'
import { showToast } from '../components/toasts.tsx'
import { client } from '../graph/client.ts'
import { messageOf } from '../graph/errors.ts'
import { useTexts } from '../language/language.ts'
import { useSession } from '../sign-in/session.tsx'
import { OwnVideo } from './own-video.tsx'
import { ReportForm } from './report-form.tsx'
import { moreTexts } from './more-texts.ts'
import type { FeedVideo } from './use-feed.ts'
import { useReactions } from './use-reactions.ts'

/** What else can be done with a video. */
export default function MoreSheet({ video, onClose }: { readonly video: FeedVideo; readonly onClose: () => void }) {
  const text = useTexts(moreTexts)
  const { user, asUser } = useSession()
  const { share } = useReactions(video)
  const [isReporting, setIsReporting] = useState(false)
  const isOwn = user !== null && user.id === video.author?.id

  function setAside(variables: Variables<'NotInterested'>): void {
    onClose()
    asUser(() => {
      client.request('NotInterested', variables).then(
        () => showToast(text('noted')),
        (error: unknown) => showToast(messageOf(error)),
      )
    })
  }

  if (isReporting) {
    return (
      <Sheet title={text('report')} onClose={onClose} size="small">
        <ReportForm
          onSend={(category, note) => client.request('ReportVideo', { videoId: video.id, category, note })}
          onDone={onClose}
        />
      </Sheet>
    )
  }
  return (
    <Sheet title={text('title')} onClose={onClose} size="small">
      <Menu>
        <MenuEntry icon="link" label={text('copyLink')} onPress={() => void share().then(onClose)} />
        {!isOwn && (
          <>
            <MenuEntry icon="eyeOff" label={text('notInterested')} onPress={() => setAside({ videoId: video.id })} />
            {video.author && (
              <MenuEntry
                icon="user"
                label={text('lessOf', { name: video.author.name })}
                onPress={() => setAside({ authorId: video.author?.id ?? null })}
              />
            )}
            <MenuEntry icon="flag" label={text('report')} onPress={() => asUser(() => setIsReporting(true))} />
          </>
        )}
      </Menu>
      {isOwn && <OwnVideo video={video} onClose={onClose} />}
    </Sheet>
  )
}
