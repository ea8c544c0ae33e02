/** See rooms.config.js. */
export interface Room {
  readonly room: string;
  readonly isFile?: boolean;
  readonly folders?: readonly string[];
  readonly knows: readonly string[];
  readonly shows: readonly string[];
  readonly reads?: readonly string[];
  readonly without?: readonly string[];
}
export const ROOMS: readonly Room[];
export const ENTRIES: readonly string[];
export const PASSED_ON: readonly { readonly file: string; readonly room: string }[];
export function isDoor(room: Room, inside: string): boolean;
