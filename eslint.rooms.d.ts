import type { ESLint } from 'eslint';

/** See eslint.rooms.js. */
export const rooms: ESLint.Plugin;
