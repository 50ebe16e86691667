import { useMutation } from '@apollo/client/react'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { userPath } from '../../routes.ts'
import { Button } from '../components/button.tsx'
import { Menu, MenuEntry } from '../components/menu.tsx'
import { showToast } from '../components/toasts.tsx'
import { operation } from '../graph/documents.ts'
import { messageOf } from '../graph/errors.ts'
import { useTexts } from '../language/language.ts'
import { VisibilityField } from '../upload/visibility-field.tsx'
import { moreTexts } from './more-texts.ts'
import type { FeedVideo } from './use-feed.ts'

const tell = (error: unknown): void => showToast(messageOf(error))

/** What its author can do with a video: choose who may see it, and delete it. */
export function OwnVideo({ video, onClose }: { readonly video: FeedVideo; readonly onClose: () => void }) {
  const text = useTexts(moreTexts)
  const navigate = useNavigate()
  const [isAsking, setIsAsking] = useState(false)
  const [visibility, showVisibility] = useState(video.visibility)
  const [setVisibility] = useMutation(operation('SetVideoVisibility'), {
    onError(error) {
      tell(error)
      showVisibility(video.visibility)
    },
    onCompleted: () => showToast(text('changed')),
  })
  const [remove, removing] = useMutation(operation('DeleteVideo'), {
    onError: tell,
    onCompleted() {
      showToast(text('deleted'))
      onClose()
      void navigate(userPath(video.author?.id ?? ''))
    },
    update(cache) {
      cache.evict({ id: cache.identify({ __typename: 'Video', id: video.id }) ?? '' })
      cache.gc()
    },
  })
  const variables = { videoId: video.id }
  if (isAsking) {
    return (
      <div className="form">
        <p>{text('sure')}</p>
        <Button kind="danger" icon="trash" isBusy={removing.loading} onClick={() => void remove({ variables })}>
          {text('delete')}
        </Button>
        <Button onClick={() => setIsAsking(false)}>{text('cancel')}</Button>
      </div>
    )
  }
  return (
    <>
      <VisibilityField
        value={visibility}
        onChange={(wanted) => {
          showVisibility(wanted)
          void setVisibility({ variables: { ...variables, visibility: wanted } })
        }}
      />
      <Menu>
        <MenuEntry icon="trash" label={text('delete')} onPress={() => setIsAsking(true)} />
      </Menu>
    </>
  )
}
