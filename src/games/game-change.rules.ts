import type { AuditedChange } from '../audit/audit.types.js';
import type { Game, GameChange } from './game.types.js';

/** The line of the trail that a change of one game leaves, wherever it is made: who follows a game finds every one. */
export function auditedGameChange({ before, after }: GameChange): AuditedChange {
  return {
    action: 'game.put',
    subjectType: 'game',
    subjectId: after.id,
    before: before && shownOf(before),
    after: shownOf(after),
  };
}

function shownOf({ id, name, providerCode, enabled }: Game): object {
  return { gameId: id, name, providerCode, enabled };
}
