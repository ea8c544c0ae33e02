import { auditEntryOf, AuditService } from '../audit/audit.service.js';
import { SERVER } from '../audit/audit.types.js';
import type { UnitOfWork } from '../database/unit-of-work.js';
import { auditedGameChange } from './game-change.rules.js';
import type { Game } from './game.types.js';
import { GamesService, type ImportSummary } from './games.service.js';

/** Brings a list of games into the catalogue, with a line of the audit trail for each game and one for the whole: all of it, or nothing. */
export class GamesImport {
  private readonly games: GamesService;
  private readonly audit: AuditService;

  constructor(private readonly unitOfWork: UnitOfWork) {
    this.games = new GamesService(unitOfWork);
    this.audit = new AuditService(unitOfWork);
  }

  run(list: readonly Game[]): Promise<ImportSummary> {
    return this.unitOfWork.write(async (transaction) => {
      const summary = await this.games.importAll(transaction, list, (changes) =>
        this.audit.record(
          transaction,
          changes.map((change) => auditEntryOf(SERVER, auditedGameChange(change))),
        ),
      );
      // After the games' own lines: that they came by one import, and how many of the list were there already.
      const change = {
        action: 'game.import',
        subjectType: 'game',
        subjectId: 'catalogue',
        before: null,
        after: summary,
      } as const;
      await this.audit.record(transaction, [auditEntryOf(SERVER, change)]);
      return summary;
    });
  }
}
