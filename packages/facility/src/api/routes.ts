import type { Centre } from './centre.ts'
import { deskRoutes } from './desk-routes.ts'
import { deviceRoutes } from './device-routes.ts'
import { followRoutes } from './follow-routes.ts'
import { incidentRoutes } from './incident-routes.ts'
import { operatorRoutes } from './operator-routes.ts'
import { pageRoutes } from './page-routes.ts'
import { plainRoutes } from './plain-routes.ts'
import type { Route } from './route.ts'
import { tokenRoutes } from './token-routes.ts'
import { watchRoute } from './watch-route.ts'

/** The one table of what a centre's HTTP answers. */
export function routesOf(centre: Centre): readonly Route[] {
  return [
    ...plainRoutes(centre),
    ...deviceRoutes(centre),
    ...deskRoutes(centre),
    ...followRoutes(centre),
    ...incidentRoutes(centre),
    ...operatorRoutes(centre),
    ...tokenRoutes(centre),
    ...pageRoutes(centre),
    watchRoute(centre),
  ]
}
