import { createRootRoute, createRoute, createRouter, Outlet } from '@tanstack/react-router'
import { ConversationPage } from './conversation/conversation-page.tsx'
import { Layout } from './conversations/layout.tsx'
import { Welcome } from './conversations/welcome.tsx'
import { JoinPage } from './join-page.tsx'
import { SessionGate } from './session/session-gate.tsx'

const root = createRootRoute({
  component: () => (
    <SessionGate>
      <Outlet />
    </SessionGate>
  ),
})
const layout = createRoute({ getParentRoute: () => root, id: 'layout', component: Layout })
const home = createRoute({ getParentRoute: () => layout, path: '/', component: Welcome })
export const conversationRoute = createRoute({
  getParentRoute: () => layout,
  path: '/c/$conversation',
  component: function Page() {
    const { conversation } = conversationRoute.useParams()
    return <ConversationPage key={conversation} id={conversation} />
  },
})
const join = createRoute({
  getParentRoute: () => root,
  path: '/join/$token',
  component: function Page() {
    const { token } = join.useParams()
    return <JoinPage token={token} />
  },
})

export const router = createRouter({
  routeTree: root.addChildren([layout.addChildren([home, conversationRoute]), join]),
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
