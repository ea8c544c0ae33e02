import type { ESLint } from 'eslint';
import type { Room } from './rooms.config.js';

/** See eslint.rooms.js. Paths are those from the root of the repository, without an ending. */
export const rooms: ESLint.Plugin;
export function roomOf(path: string): Room | undefined;
export function isEntry(path: string): boolean;
