import { ApolloProvider } from '@apollo/client/react'
import { lazy } from 'react'
import { BrowserRouter, Route, Routes } from 'react-router'
import { routes } from '../routes.ts'
import { ErrorBoundary } from './components/error-boundary.tsx'
import { EventProvider } from './events/event-provider.tsx'
import { FeedPage } from './feed/feed-page.tsx'
import { graph } from './graph/cache.ts'
import { Frame } from './layout/frame.tsx'
import { SessionProvider } from './sign-in/session.tsx'

// The feed comes at once, everything else when it is opened.
const ProfilePage = lazy(() => import('./profile/profile-page.tsx'))
const SearchPage = lazy(() => import('./search/search-page.tsx'))
const TopicPage = lazy(() => import('./search/topic-page.tsx'))
const UploadPage = lazy(() => import('./upload/upload-page.tsx'))
const MessagesPage = lazy(() => import('./messages/messages-page.tsx'))
const NotificationsPage = lazy(() => import('./notifications/notifications-page.tsx'))
const SettingsPage = lazy(() => import('./settings/settings-page.tsx'))
const NotFound = lazy(() => import('./layout/not-found.tsx'))

/** All pages, by the addresses in `web/routes.ts`. */
export function App() {
  return (
    <ErrorBoundary>
      <ApolloProvider client={graph}>
        <SessionProvider>
          <EventProvider>
            <BrowserRouter>
              <Routes>
                <Route element={<Frame />}>
                  <Route path={routes.feed} element={<FeedPage tab="forYou" />} />
                  <Route path={routes.following} element={<FeedPage tab="following" />} />
                  <Route path={routes.latest} element={<FeedPage tab="latest" />} />
                  <Route path={routes.video} element={<FeedPage tab="forYou" />} />
                  <Route path={routes.user} element={<ProfilePage />} />
                  <Route path={routes.search} element={<SearchPage />} />
                  <Route path={routes.topic} element={<TopicPage />} />
                  <Route path={routes.upload} element={<UploadPage />} />
                  <Route path={routes.messages} element={<MessagesPage />} />
                  <Route path={routes.conversation} element={<MessagesPage />} />
                  <Route path={routes.notifications} element={<NotificationsPage />} />
                  <Route path={routes.settings} element={<SettingsPage />} />
                  <Route path="*" element={<NotFound />} />
                </Route>
              </Routes>
            </BrowserRouter>
          </EventProvider>
        </SessionProvider>
      </ApolloProvider>
    </ErrorBoundary>
  )
}
