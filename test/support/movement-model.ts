import type { MovementPolicies } from '../../src/movements/ledger/ledger.types.js';
import { LIMIT, type Play, SESSIONS, VALUES, WALLETS } from './movement-actions.js';

interface Known {
  /** The content in words; null matches nothing. */
  readonly content: string | null;
  readonly kind: string;
  readonly walletId: string | undefined;
  dead: boolean;
  undone: boolean;
  movement: { id: string; real: number; bonus: number } | undefined;
}

/**
 * The policy table of protocol §5 as plain code: numbers, one map, nothing of the rules' own. Slow and simple on purpose.
 */
export class MovementModel {
  readonly wallets = new Map(
    WALLETS.map((wallet) => [
      wallet.id,
      { real: Number(wallet.realMinor), bonus: Number(wallet.bonusMinor), yen: wallet.decimals === 0 },
    ]),
  );
  readonly blocked = new Set<string>();
  readonly closed = new Set<string>();
  private readonly known = new Map<string, Known>();

  /** The answer in words: OK, AGAIN with an id, or the code, with what stands beside it. */
  answer(play: Play, id: string, policies: MovementPolicies): string {
    const own = play.kind === 'DEPOSIT' || play.kind === 'WITHDRAWAL';
    const system = own ? 'operator' : play.parentSystemId;
    const session = SESSIONS.find((each) => each.id === play.sessionId && each.parentSystemId === system);
    const walletId = own ? play.walletId : session?.walletId;
    const wallet = walletId === undefined ? undefined : this.wallets.get(walletId);
    const [, cents, yen] = VALUES[play.valueIndex] ?? [null, null, null];
    const amount = play.kind === 'ROLLBACK' ? 0 : wallet?.yen === true ? yen : cents;
    const key = `${system} ${play.reference}`;
    const before = this.known.get(key);
    const words = [
      play.kind,
      walletId,
      amount,
      own ? play.subWallet : '',
      play.kind === 'ROLLBACK' ? play.target : '',
    ];
    const content = wallet === undefined || amount === null ? null : words.join(' ');
    const fresh: Known = {
      content,
      kind: play.kind,
      walletId,
      dead: false,
      undone: false,
      movement: undefined,
    };
    const no = (answer: string): string => {
      const isBet = play.kind === 'DEBIT' && wallet !== undefined;
      if (before === undefined && (play.kind === 'CREDIT' || play.kind === 'ROLLBACK' || isBet))
        this.known.set(key, fresh);
      const isWin = play.kind === 'CREDIT' && !answer.includes(' ');
      return isWin ? `${answer} WIN` : answer;
    };
    const target = this.known.get(`${system} ${play.target}`);
    const openBet =
      target?.kind === 'DEBIT' && target.movement !== undefined && !target.undone ? ' BACK' : '';
    const callBack = (): void => {
      if (target === undefined)
        this.known.set(`${system} ${play.target}`, { ...fresh, kind: 'TOMBSTONE', movement: undefined });
      else if (target.movement === undefined && ['CREDIT', 'DEBIT'].includes(target.kind))
        target.dead ||= walletId !== undefined && target.walletId === walletId;
    };
    const yes = (real: number, bonus: number): string => {
      if (wallet === undefined) throw new Error('no wallet');
      if (wallet.real + real < 0 || wallet.bonus + bonus < 0)
        return no(play.kind === 'ROLLBACK' ? '1007 CLAWBACK' : '1007');
      if (wallet.real + real + wallet.bonus + bonus > LIMIT)
        return no(play.kind === 'ROLLBACK' ? '1010 BACK' : '1010');
      wallet.real += real;
      wallet.bonus += bonus;
      const entry = before ?? fresh;
      entry.movement = { id, real, bonus };
      this.known.set(key, entry);
      return 'OK';
    };

    const isSelf = play.kind === 'ROLLBACK' && play.target === play.reference;
    const isLost = (!own && play.sessionId === '') || (!own && wallet === undefined);
    if (play.kind === 'ROLLBACK' && isLost && !isSelf && before === undefined) callBack();
    if (!own && play.sessionId === '') {
      if (play.kind !== 'ROLLBACK') return no('1010');
      return no(isSelf ? '1010 BACK' : `1010${openBet}`);
    }
    if (isSelf) return no('1010 BACK');
    if (own && wallet === undefined) return 'NOT_FOUND';
    if (wallet === undefined || walletId === undefined)
      return no(play.kind === 'ROLLBACK' ? `1004${openBet}` : '1004');
    if (amount === null) return no('1010');

    if (before?.movement?.id === id) return `AGAIN ${id}`;
    if (before?.kind === 'TOMBSTONE') return '1002 TOMBSTONE';
    if (before !== undefined && before.content !== content) return '1003 CONFLICT';
    if (before?.content === null) return '1003 CONFLICT';
    if (before?.dead === true) return '1002 TOMBSTONE';
    if (before?.movement !== undefined) {
      const again = policies.duplicatePolicy === 'replay' && !before.undone;
      return again ? `AGAIN ${before.movement.id}` : `1003 FIRST ${before.movement.id}`;
    }

    if (play.kind === 'DEPOSIT') return play.subWallet === 'REAL' ? yes(amount, 0) : yes(0, amount);
    if (play.kind === 'WITHDRAWAL') return play.subWallet === 'REAL' ? yes(-amount, 0) : yes(0, -amount);
    if (this.closed.has(play.sessionId)) {
      if (play.kind === 'DEBIT') return no('1004');
      if (policies.lateSettlementPolicy === 'refuse') {
        if (play.kind === 'ROLLBACK') callBack();
        return no('1004 LATE');
      }
    }
    if (play.kind === 'CREDIT') return yes(amount, 0);
    if (play.kind === 'DEBIT') {
      if (this.blocked.has(walletId)) return no('1008');
      if (play.gameId === 'off') return no('1009');
      if (policies.gamePolicy === 'catalogue' && play.gameId !== 'on') return no('1009');
      if (amount > wallet.real + wallet.bonus) return no('1007');
      return yes(-Math.min(amount, wallet.real), -Math.max(0, amount - wallet.real));
    }

    if (target?.movement === undefined) {
      callBack();
      return no('1002');
    }
    if (target.kind === 'ROLLBACK' || target.walletId !== walletId) return no(`1002${openBet}`);
    if (target.undone) return no('1003');
    const answer = yes(-target.movement.real, -target.movement.bonus);
    if (answer === 'OK') target.undone = true;
    return answer;
  }
}
