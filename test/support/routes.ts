import type { INestApplication, Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { RouteAccess } from '../../src/auth/route-access.js';
import { MetadataScanner, ModulesContainer, Reflector, RequestMethod, ROUTE_ACCESS } from './application.js';

/*
 * Walks over the routes of an application: as Express has them, as their handlers state them, as they are documented.
 */

export interface Route {
  readonly method: string;
  readonly path: string;
}

interface Layer {
  readonly route?: { path: string; methods: Record<string, boolean> };
}

/** Every route Express knows, the documentation's own apart. */
export function registeredRoutes(app: INestApplication): Route[] {
  const express = app.getHttpAdapter().getInstance() as { router: { stack: Layer[] } };
  const layers = express.router.stack;
  return layers.flatMap(({ route }) =>
    route && !route.path.startsWith('/docs')
      ? Object.keys(route.methods).map((method) => ({ method: method.toUpperCase(), path: route.path }))
      : [],
  );
}

/** What the OpenAPI document says of a route. */
export interface Operation {
  readonly responses: Record<
    string,
    { content?: Record<string, { examples?: Record<string, { value: object }> }> }
  >;
  readonly parameters?: { name: string; in: string; required: boolean; example?: unknown; schema?: object }[];
  readonly requestBody?: { content: { 'application/json': { schema: { $ref: string } } } };
  readonly security?: Record<string, unknown>[];
  readonly tags?: string[];
  readonly summary?: string;
}

export function operationOf(document: OpenAPIObject, method: string, path: string): Operation | undefined {
  const key = path.replace(/:(\w+)/g, '{$1}');
  return (document.paths[key] as Record<string, Operation> | undefined)?.[method.toLowerCase()];
}

/** What a decorator left on a class or a method. */
function metadataOf(key: string, holder: object): unknown {
  return new Reflector().get(key, holder as Type);
}

/** What the handler of each route states, by method and path. */
export function statedAccess(app: INestApplication): Map<string, RouteAccess | undefined> {
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [
    ...module.controllers.values(),
  ]);
  const stated = new Map<string, RouteAccess | undefined>();
  for (const { metatype } of controllers) {
    const prototype = (metatype as Type).prototype as Record<string, object>;
    for (const name of new MetadataScanner().getAllMethodNames(prototype)) {
      const handler = prototype[name] ?? {};
      const method = metadataOf(METHOD_METADATA, handler) as number | undefined;
      if (method === undefined) continue;
      const paths = [metatype as object, handler].map((holder) =>
        [metadataOf(PATH_METADATA, holder) as string | string[]].flat(),
      );
      for (const path of paths[0]!.flatMap((prefix) => paths[1]!.map((rest) => `/${prefix}/${rest}`))) {
        const tidy = path.replace(/\/+/g, '/').replace(/(.)\/$/, '$1');
        stated.set(
          `${RequestMethod[method]} ${tidy}`,
          metadataOf(ROUTE_ACCESS, handler) as RouteAccess | undefined,
        );
      }
    }
  }
  return stated;
}
