import { type CanActivate, type ExecutionContext, Injectable, type Type } from '@nestjs/common';
import { ROUTE_ARGS_METADATA, RouteParamtypes } from '@nestjs/common/internal';
import { getMetadataStorage } from 'class-validator';
import { GpasError } from '../../errors/gpas-error.js';
import { FIELD, PARAMETER, unknownNameOf } from '../../validation/known-names.rules.js';
import { requestOf } from '../incoming-request.js';

/**
 * On back-office routes: each name of the query and of the body is one that the route takes, else 400/1010 (protocol §5,
 * "fields that are not known"). GPAS's calls ignore what they do not know. Last of the guards: who may not call
 * learns nothing of what there is.
 */
@Injectable()
export class KnownNamesGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = requestOf(context);
    if (request.access?.caller !== 'back-office') return true;
    const { query, body } = request as { query: object; body?: object };
    const namesOf = (from: RouteParamtypes): string[] | undefined =>
      namesTaken(from, context.getClass(), context.getHandler().name);
    const problem =
      unknownNameOf(Object.keys(query), namesOf(RouteParamtypes.QUERY), PARAMETER) ??
      unknownNameOf(Object.keys(body ?? {}), namesOf(RouteParamtypes.BODY), FIELD);
    if (problem !== undefined) throw new GpasError('INVALID_REQUEST', problem);
    return true;
  }
}

/** The names that a handler's `@Query()` or `@Body()` takes; undefined where it takes them whatever they are. */
function namesTaken(from: RouteParamtypes, controller: Type, method: string): string[] | undefined {
  const parameters = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {}) as Record<
    string,
    { readonly index: number; readonly data?: unknown }
  >;
  const types = (Reflect.getMetadata('design:paramtypes', controller.prototype as object, method) ??
    []) as Type[];
  const names: string[] = [];
  for (const [key, { index, data }] of Object.entries(parameters)) {
    if (!key.startsWith(`${from}:`)) continue;
    const type = types[index];
    if (typeof data === 'string') names.push(data);
    else if (!type || (type as unknown) === Object) return undefined;
    else names.push(...fieldsOf(type));
  }
  return names;
}

/** What the validation pipe lets through of a DTO: the fields that say how they are checked. */
function fieldsOf(dto: Type): string[] {
  const checks = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
  return [...new Set(checks.map(({ propertyName }) => propertyName))];
}
