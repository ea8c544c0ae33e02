import { type BackOffice, launchBody } from './back-office.js';
import { makeKey } from './operator.js';

/** A change and the line that it must leave, known before it is made but for what `answer` tells. */
export interface Change {
  readonly method: string;
  readonly target: string;
  readonly body?: unknown;
  readonly line: (answer: Record<string, unknown>) => {
    readonly action: string;
    readonly subjectType: string;
    readonly subjectId: unknown;
    readonly before: unknown;
    readonly after: unknown;
  };
}

/** Every change of the back office by name; each call of a function prepares one that can be made now. */
export const CHANGES: Record<string, (office: BackOffice) => Promise<Change>> = {
  'a wallet made': async (office) => {
    const walletId = office.newId();
    const shown = {
      walletId,
      playerId: 'p-1',
      code: 'SPORT',
      currency: 'JPY',
      status: 'ACTIVE',
      leftBalance: 0,
      subWalletsSummary: [
        { code: 'REAL', leftBalance: 0, subWalletsSummary: null },
        { code: 'BONUS', leftBalance: 0, subWalletsSummary: null },
      ],
    };
    return Promise.resolve({
      method: 'POST',
      target: 'wallets',
      body: { walletId, playerId: 'p-1', code: 'SPORT', currency: 'JPY' },
      line: ({ created }) => ({
        action: 'wallet.create',
        subjectType: 'wallet',
        subjectId: walletId,
        before: null,
        after: { ...shown, created },
      }),
    });
  },
  'a player blocked': async (office) => statusChange(await office.makeWallet(), 'ACTIVE', 'BLOCKED'),
  'a player unblocked': async (office) => {
    const walletId = await office.makeWallet();
    await office.prepare('PATCH', `wallets/${walletId}`, { status: 'BLOCKED' });
    return statusChange(walletId, 'BLOCKED', 'ACTIVE');
  },
  'a deposit of real money': async (office) => {
    const walletId = await office.makeWallet(10);
    const externalReference = `in-${walletId}`;
    return {
      method: 'POST',
      target: `wallets/${walletId}/deposits`,
      body: { externalReference, value: '12.50', subWallet: 'REAL', description: 'cash "ü" \u0000 \ud83d' },
      line: ({ movementId }) => ({
        action: 'wallet.deposit',
        subjectType: 'wallet',
        subjectId: walletId,
        before: { real: 10, bonus: 0 },
        after: {
          real: 22.5,
          bonus: 0,
          movementId,
          externalReference,
          description: 'cash "ü" \u0000 \ufffd', // half a character is none
        },
      }),
    };
  },
  'a deposit of bonus money': async (office) => {
    const walletId = await office.makeWallet(10);
    const externalReference = `bonus-${walletId}`;
    return {
      method: 'POST',
      target: `wallets/${walletId}/deposits`,
      body: { externalReference, value: 3, subWallet: 'BONUS' },
      line: ({ movementId }) => ({
        action: 'wallet.deposit',
        subjectType: 'wallet',
        subjectId: walletId,
        before: { real: 10, bonus: 0 },
        after: { real: 10, bonus: 3, movementId, externalReference, description: null },
      }),
    };
  },
  'a withdrawal': async (office) => {
    const walletId = await office.makeWallet(10);
    const externalReference = `out-${walletId}`;
    return {
      method: 'POST',
      target: `wallets/${walletId}/withdrawals`,
      body: { externalReference, value: 4, subWallet: 'REAL', description: 'x'.repeat(1_000) },
      line: ({ movementId }) => ({
        action: 'wallet.withdraw',
        subjectType: 'wallet',
        subjectId: walletId,
        before: { real: 10, bonus: 0 },
        after: { real: 6, bonus: 0, movementId, externalReference, description: 'x'.repeat(1_000) },
      }),
    };
  },
  'a launch made': async (office) => {
    const walletId = await office.makeWallet();
    return {
      method: 'POST',
      target: 'launches',
      body: launchBody(walletId),
      line: ({ launchId, expiresAt }) => ({
        action: 'launch.create',
        subjectType: 'launch',
        subjectId: launchId,
        before: null,
        after: { walletId, gameId: 'agt-54', expiresAt },
      }),
    };
  },
  'a launch revoked': async (office) => {
    const walletId = await office.makeWallet();
    const launchId = await office.makeLaunch(walletId);
    return {
      method: 'DELETE',
      target: `launches/${launchId}`,
      line: ({ revokedAt }) => ({
        action: 'launch.revoke',
        subjectType: 'launch',
        subjectId: launchId,
        before: { walletId, gameId: 'agt-54', revokedAt: null },
        after: { walletId, gameId: 'agt-54', revokedAt },
      }),
    };
  },
  'a game added': (office) => Promise.resolve(gamePut(office.newId(), null)),
  'a game changed': async (office) => {
    const gameId = office.newId();
    const before = { name: 'Before', providerCode: 'OLD', enabled: false };
    await office.prepare('PUT', `games/${gameId}`, before);
    return gamePut(gameId, { gameId, ...before });
  },
  'a parent system registered': (office) => {
    const id = office.newId();
    const given = { id, name: 'GPAS, Уругвай', allowedAddresses: ['203.0.113.7', '2001:db8::/32'] };
    return Promise.resolve({
      method: 'POST',
      target: 'parent-systems',
      body: { ...given, secret: `secret-of-${id}` },
      line: ({ created }) => ({
        action: 'parent-system.create',
        subjectType: 'parent-system',
        subjectId: id,
        before: null,
        after: { ...given, status: 'ACTIVE', created },
      }),
    });
  },
  'a parent system changed': async (office) => {
    const id = await office.makeParentSystem('Before');
    const body = { name: 'After', status: 'DISABLED', allowedAddresses: ['10.1.0.0/16'] };
    return {
      method: 'PATCH',
      target: `parent-systems/${id}`,
      body,
      line: ({ created }) => ({
        action: 'parent-system.change',
        subjectType: 'parent-system',
        subjectId: id,
        before: { id, name: 'Before', status: 'ACTIVE', allowedAddresses: null, created },
        after: { id, ...body, created },
      }),
    };
  },
  'a secret replaced by a given one': (office) =>
    rotation(office, { secret: `given-${office.newId()}`, graceSeconds: 5 }),
  'a secret replaced by a made one': (office) => rotation(office, { graceSeconds: 0 }),
  'a key made': () =>
    Promise.resolve({
      method: 'POST',
      target: 'keys',
      body: { name: 'Support', roles: ['audit', 'read'] },
      line: ({ keyId, created }) => ({
        action: 'operator-key.create',
        subjectType: 'operator-key',
        subjectId: keyId,
        before: null,
        after: {
          keyId,
          name: 'Support',
          roles: ['read', 'audit'],
          parentSystemId: null,
          created,
          revoked: null,
        },
      }),
    }),
  'a key revoked': async (office) => {
    const { keyId } = await makeKey(office.url, ['read'], 'Gone soon');
    return {
      method: 'DELETE',
      target: `keys/${keyId}`,
      line: ({ created, revoked }) => {
        const shown = { keyId, name: 'Gone soon', roles: ['read'], parentSystemId: null, created };
        return {
          action: 'operator-key.revoke',
          subjectType: 'operator-key',
          subjectId: keyId,
          before: { ...shown, revoked: null },
          after: { ...shown, revoked },
        };
      },
    };
  },
};

function statusChange(walletId: string, from: string, to: string): Change {
  return {
    method: 'PATCH',
    target: `wallets/${walletId}`,
    body: { status: to },
    line: () => ({
      action: 'wallet.change',
      subjectType: 'wallet',
      subjectId: walletId,
      before: { status: from },
      after: { status: to },
    }),
  };
}

function gamePut(gameId: string, before: object | null): Change {
  const body = { name: 'Книга 🌞', providerCode: 'AGT', enabled: true };
  return {
    method: 'PUT',
    target: `games/${gameId}`,
    body,
    line: () => ({
      action: 'game.put',
      subjectType: 'game',
      subjectId: gameId,
      before,
      after: { gameId, ...body },
    }),
  };
}

async function rotation(office: BackOffice, body: object): Promise<Change> {
  const id = await office.makeParentSystem();
  return {
    method: 'POST',
    target: `parent-systems/${id}/secrets`,
    body,
    line: ({ previousValidUntil }) => ({
      action: 'parent-system.rotate-secret',
      subjectType: 'parent-system',
      subjectId: id,
      before: null,
      after: { previousValidUntil },
    }),
  };
}
