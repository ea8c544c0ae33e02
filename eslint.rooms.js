import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { ENTRIES, isDoor, PASSED_ON, ROOMS } from './rooms.config.js';

const ROOT = import.meta.dirname;
const { dependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const BY_LENGTH = [...ROOMS].sort((a, b) => b.room.length - a.room.length);
const DEFAULT_FOLDERS = ['dto'];

const isTest = (path) => /\.(spec|e2e)$/.test(path);

/** The path of a file from the root of the repository, without its ending. */
const pathOf = (file) =>
  relative(ROOT, file)
    .replaceAll('\\', '/')
    .replace(/\.[cm]?[jt]sx?$/, '');

/** Whether a path is a room's, or in one of its folders, and its path inside of it; or undefined. */
function insideOf({ room, isFile }, path) {
  if (isFile) return path === `src/${room}` ? room.slice(room.lastIndexOf('/') + 1) : undefined;
  return path.startsWith(`src/${room}/`) ? path.slice(`src/${room}/`.length) : undefined;
}

/** The room of a path, which has no other folders than its own and those that it lists. */
export function roomOf(path) {
  const room = BY_LENGTH.find((candidate) => insideOf(candidate, path) !== undefined);
  if (!room) return undefined;
  const folder = dirname(insideOf(room, path));
  return folder === '.' || (room.folders ?? DEFAULT_FOLDERS).includes(folder) ? room : undefined;
}

/** Whether a path is an entry point: `…/*` has the files of a folder, `…/**` those below it too. */
export function isEntry(path) {
  return ENTRIES.some((entry) => {
    if (entry.endsWith('/**')) return path.startsWith(entry.slice(0, -2));
    return entry.endsWith('/*') ? dirname(path) === entry.slice(0, -2) : path === entry;
  });
}

const isOutside = (path) => !/^(src|examples)\//.test(path);
const isExample = (path) => path.startsWith('examples/');

/** Why `from` must not import `to`, or undefined. */
function refusalOf(from, to) {
  if (isTest(to)) return `${to} is a test: nobody imports one.`;
  if (isOutside(from)) return undefined;
  if (isOutside(to)) {
    return isTest(from) && to.startsWith('test/')
      ? undefined
      : `${to} is outside of src/: only tests may know something there, and that in test/.`;
  }
  if (isEntry(to)) {
    if (isExample(to) && !isExample(from)) return 'An example is to be copied: nobody imports it.';
    return isEntry(from) ? undefined : 'Only entry points know the whole application: nobody imports them.';
  }
  const target = roomOf(to);
  if (!target) return `${to} is in no room: add its folder to ROOMS in rooms.config.js.`;
  const own = isEntry(from) ? undefined : roomOf(from);
  if (own === target) return undefined;
  if (own && !own.knows.includes(target.room)) {
    return `${own.room} must not know ${target.room}: see ROOMS in rooms.config.js.`;
  }
  const inside = insideOf(target, to);
  return isDoor(target, inside)
    ? undefined
    : `${inside} is inside of ${target.room}, which shows its module, services, types and what ROOMS says it shows.`;
}

/** Why `from` must not export what is `to`'s: who may know it would be told by two rooms. */
function refusalToPassOn(from, to) {
  const own = roomOf(from);
  const target = roomOf(to);
  if (!own || !target) return undefined;
  const inside = insideOf(own, from);
  if (own !== target) {
    return PASSED_ON.some((passed) => `src/${passed.file}` === from && passed.room === target.room)
      ? undefined
      : `${own.room} must not pass on what is ${target.room}'s: whoever needs it imports it from there.`;
  }
  return isDoor(own, inside) && !isDoor(own, insideOf(own, to))
    ? `${inside} is a door of ${own.room}: it must not show ${insideOf(own, to)}, which is inside.`
    : undefined;
}

/** Why `from` must not import a package, or undefined. */
function refusalOfPackage(from, source) {
  const name = source.startsWith('node:') ? source.slice('node:'.length) : source;
  const without = isTest(from) ? [] : (roomOf(from)?.without ?? []);
  if (without.some((known) => name === known || name.startsWith(`${known}/`))) {
    return `${roomOf(from).room} must not know ${source}: see ROOMS in rooms.config.js.`;
  }
  if (name === 'module') return 'An import says where it leads: no createRequire.';
  if (isBuiltin(source)) return undefined;
  const [, installed = ''] = /^(@[^/]+\/[^/]+|[^@/][^/]*)/.exec(source) ?? [];
  return Object.hasOwn(isTest(from) ? { ...dependencies, ...devDependencies } : dependencies, installed)
    ? undefined
    : `${source} is neither Node's, nor a file's relative path, nor among the dependencies of package.json.`;
}

const doors = {
  meta: { type: 'problem', schema: [], messages: { refused: '{{ why }}' } },
  create(context) {
    const { filename, sourceCode } = context;
    const from = pathOf(filename);
    const report = (node, why) => context.report({ node, messageId: 'refused', data: { why } });
    const isRelative = (source) => typeof source === 'string' && source.startsWith('.');
    const targetOf = (source) => pathOf(resolve(dirname(filename), source));

    const refusalOfSource = (source) => {
      if (isRelative(source)) {
        return /[?#%\\]/.test(source)
          ? 'An import is a plain path: nothing after it, and nothing encoded.'
          : refusalOf(from, targetOf(source));
      }
      if (isOutside(from)) return undefined;
      return typeof source === 'string'
        ? refusalOfPackage(from, source)
        : 'An import names its file in a literal, so that one sees where it leads.';
    };
    const check = (node, source) => {
      const why = refusalOfSource(source);
      if (why) report(node, why);
      return !why;
    };
    const checkPassedOn = (node, source) => {
      const why = isRelative(source) && refusalToPassOn(from, targetOf(source));
      if (why) report(node, why);
    };
    /** The file that a name is imported from, or undefined. */
    const importOf = (identifier) => {
      const variable = sourceCode
        .getScope(identifier)
        .references.find((one) => one.identifier === identifier);
      const definition = variable?.resolved?.defs.find(({ type }) => type === 'ImportBinding');
      return definition?.parent.source?.value;
    };
    return {
      Program(node) {
        if (!isOutside(from) && !isEntry(from) && !roomOf(from)) {
          report(node, 'This file is in no room: add its folder to ROOMS in rooms.config.js.');
        }
      },
      ImportDeclaration(node) {
        check(node, node.source.value);
      },
      'ExportAllDeclaration, ExportNamedDeclaration[source]'(node) {
        if (check(node, node.source.value)) checkPassedOn(node, node.source.value);
      },
      'ExportNamedDeclaration[source=null] > ExportSpecifier'(node) {
        checkPassedOn(node, importOf(node.local));
      },
      'ExportDefaultDeclaration > Identifier'(node) {
        checkPassedOn(node, importOf(node));
      },
      ImportExpression(node) {
        check(node, node.source.value);
      },
      TSImportType(node) {
        check(node, (node.source ?? node.argument?.literal)?.value);
      },
      'TSImportEqualsDeclaration > TSExternalModuleReference'(node) {
        check(node, node.expression.value);
      },
      'CallExpression[callee.name="require"]'(node) {
        check(node, node.arguments[0]?.value);
      },
      'MemberExpression[object.name="module"][property.name="require"], MemberExpression[property.name="getBuiltinModule"]'(
        node,
      ) {
        if (!isOutside(from)) report(node, 'An import says where it leads: no other way to load a file.');
      },
    };
  },
};

/** Holds the rooms of rooms.config.js apart. */
export const rooms = { rules: { doors } };
