import { dirname, relative, resolve } from 'node:path';
import { ENTRIES, isDoor, ROOMS } from './rooms.config.js';

const ROOT = import.meta.dirname;
const BY_LENGTH = [...ROOMS].sort((a, b) => b.room.length - a.room.length);

/** Of a file below `src/` or `examples/`: its path there without an ending, or null for all others. */
function placeOf(file) {
  const path = relative(ROOT, file).replaceAll('\\', '/');
  const place = path.startsWith('examples/') ? path : /^src\/(.*)/.exec(path)?.[1];
  return place?.replace(/\.[jt]s$/, '') ?? null;
}

const isIn = (room, place) => place === room || place.startsWith(`${room}/`);
const roomOf = (place) => BY_LENGTH.find(({ room }) => isIn(room, place));
const isEntry = (place) => ENTRIES.some((entry) => isIn(entry, place));

/** Why `from` must not import `to`, or undefined. */
function refusalOf(from, to) {
  if (isEntry(to)) {
    return isEntry(from) ? undefined : 'Only entry points know the whole application: nobody imports them.';
  }
  const target = roomOf(to);
  if (!target) return `${to} is in no room: add its folder to ROOMS in rooms.config.js.`;
  const own = isEntry(from) ? undefined : roomOf(from);
  if (own === target) return undefined;
  if (own && !own.knows.includes(target.room)) {
    return `${own.room} must not know ${target.room}: see ROOMS in rooms.config.js.`;
  }
  const inside = to === target.room ? to.slice(to.lastIndexOf('/') + 1) : to.slice(target.room.length + 1);
  return isDoor(target, inside)
    ? undefined
    : `${inside} is inside of ${target.room}, which shows its module, services, types and what ROOMS says it shows.`;
}

const doors = {
  meta: { type: 'problem', schema: [], messages: { refused: '{{ why }}' } },
  create(context) {
    const { filename } = context;
    const from = placeOf(filename);
    if (from === null) return {};
    const isSpec = /\.(spec|e2e)$/.test(from);
    const report = (node, why) => context.report({ node, messageId: 'refused', data: { why } });

    const check = (node, source) => {
      if (typeof source !== 'string') {
        report(node, 'An import names its file in a literal, so that one sees where it leads.');
      } else if (source.startsWith('.')) {
        const to = placeOf(resolve(dirname(filename), source));
        const why =
          to === null
            ? isSpec
              ? undefined
              : `${source} is outside of src/: only tests may know it.`
            : refusalOf(from, to);
        if (why) report(node, why);
      } else {
        const room = roomOf(from);
        if (!isSpec && room?.without?.some((name) => source.startsWith(name))) {
          report(node, `${room.room} must not know ${source}: see ROOMS in rooms.config.js.`);
        }
      }
    };
    return {
      Program(node) {
        if (!isEntry(from) && !roomOf(from)) {
          report(node, 'This file is in no room: add its folder to ROOMS in rooms.config.js.');
        }
      },
      'ImportDeclaration, ExportAllDeclaration, ExportNamedDeclaration[source]'(node) {
        check(node, node.source.value);
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
    };
  },
};

/** Holds the rooms of rooms.config.js apart. */
export const rooms = { rules: { doors } };
