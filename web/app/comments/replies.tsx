import { useQuery } from '@apollo/client/react'
import { ErrorState, SkeletonLines } from '../components/states.tsx'
import type { FeedVideo } from '../feed/use-feed.ts'
import { operation } from '../graph/documents.ts'
import { useTexts } from '../language/language.ts'
import { CommentItem } from './comment-item.tsx'
import type { Answered, CommentLine } from './comment-line.ts'
import { commentTexts } from './texts.ts'

interface RepliesProps {
  readonly comment: CommentLine
  readonly video: FeedVideo
  readonly onAnswer: (answered: Answered) => void
}

/** The replies to a comment, the first one first. */
export function Replies({ comment, video, onAnswer }: RepliesProps) {
  const text = useTexts(commentTexts)
  const { data, loading, error, refetch, fetchMore } = useQuery(operation('Replies'), {
    variables: { commentId: comment.id },
    fetchPolicy: 'cache-and-network',
    nextFetchPolicy: 'cache-first',
    notifyOnNetworkStatusChange: true,
  })
  const connection = data?.node?.__typename === 'Comment' ? data.node.replies : undefined
  const replies = (connection?.edges ?? []).map(({ node }) => node).reverse()
  const isMore = connection?.pageInfo.hasNextPage === true
  if (!connection && loading) return <SkeletonLines count={1} />
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  return (
    <>
      {isMore && (
        <button
          type="button"
          className="comment-more"
          disabled={loading}
          onClick={() => void fetchMore({ variables: { after: connection.pageInfo.endCursor } })}
        >
          {text('moreReplies')}
        </button>
      )}
      <ul className="replies">
        {replies.map((reply) => (
          <CommentItem key={reply.id} comment={reply} video={video} parentId={comment.id} onAnswer={onAnswer} />
        ))}
      </ul>
    </>
  )
}
