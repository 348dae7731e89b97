import { DEEDS, type Deed } from '../operator/role.ts'
import type { Route } from './route.ts'
import type { Schema } from './schema.ts'

const PROBLEM: Schema = {
  type: 'object',
  properties: { message: { type: 'string' }, refused: { type: 'string' } },
  required: ['message'],
  additionalProperties: false,
}

/** The table of routes as an OpenAPI 3.1 document: what is served is what is told. */
export function openApiDocument(routes: readonly Route[], version: string): Schema {
  const paths: Record<string, Record<string, Schema>> = {}
  for (const route of routes) {
    paths[route.path] ??= {}
    paths[route.path]![route.method.toLowerCase()] = operationOf(route)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Nocturne facility',
      version,
      description:
        'The monitoring centre of many sleepers: devices, incidents, rollouts, failsafe.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: { Problem: PROBLEM },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: "An operator's token." },
        signIn: { type: 'apiKey', in: 'cookie', name: 'nocturne' },
      },
    },
  }
}

function operationOf(route: Route): Schema {
  const { name, summary, params = {}, query = {}, body, status = 200 } = route
  const where = (from: Readonly<Record<string, Schema>>, place: string): Schema[] =>
    Object.entries(from).map(([key, schema]) => ({
      ...{ name: key.replace(/\?$/, ''), in: place, schema },
      required: place === 'path' || !key.endsWith('?'),
    }))
  const deeds = deedsOf(route)
  return {
    ...{ operationId: name, summary },
    ...(deeds.length > 0 && {
      description: deeds.map((deed) => `${deed}: ${DEEDS[deed].means}`).join('; '),
      security: [{ token: [] }, { signIn: [] }],
    }),
    parameters: [...where(params, 'path'), ...where(query, 'query')],
    ...(body && {
      requestBody: { required: true, content: { 'application/json': { schema: body } } },
    }),
    responses: {
      [String(status)]: { description: 'Done', ...contentOf(route) },
      default: {
        description: 'Not done, and why',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  }
}

function contentOf({ answer, type = 'application/json' }: Route): object {
  if (answer === undefined && type === 'application/json') return {}
  return { content: { [type]: { schema: answer ?? { type: 'string' } } } }
}

function deedsOf({ deed, deeds }: Route): readonly Deed[] {
  if (deed === 'anyone') return []
  return typeof deed === 'function' ? (deeds ?? []) : [deed]
}
